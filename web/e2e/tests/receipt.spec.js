// A receipt is verified in the browser by the same chain as on the command line: the frozen vectors hold, and one character changed
// anywhere is found. Nothing is sent.
import { readFileSync } from "node:fs";
import { test, expect } from "./book.js";
import { root } from "./program.js";
import { canonicalText, verify } from "../../static/src/js/receipt.js";

const vector = (name) => readFileSync(`${root}services/review/receipt/testdata/${name}`, "utf8");
const keys = vector("key.txt"), receipt = vector("receipt.json"), post = vector("post.txt");

test("the vectors hold, with the post in any spelling of the same words", async () => {
  for (const text of [post, post.replaceAll("\n", "\r\n"), `${post}\n\n`, `\ufeff${post.normalize("NFD")}`]) {
    expect((await verify(keys, receipt, { text })).receipt?.statement.id).toBeTruthy();
  }
  expect(await verify(keys, receipt, { text: `${post}.` })).toEqual({ part: "post" });
  expect(await verify(keys, receipt, { text: post, title: "Another" })).toEqual({ part: "post" });
  expect(canonicalText(" \n")).toBe("");
});

test("a receipt of which one character was changed does not hold", async () => {
  test.setTimeout(10 * 60_000);
  const unseen = [];
  for (let at = 0; at < receipt.length; at++) {
    for (const other of [receipt[at] === "0" ? "1" : "0", ""]) {
      const changed = receipt.slice(0, at) + other + receipt.slice(at + 1);
      const { part } = await verify(keys, changed, { text: post });
      if (!part) unseen.push(at);
    }
  }
  expect(unseen).toEqual([]);
});

test("a key that is not the log's, and a key file that was changed, verify nothing", async () => {
  const line = keys.split("\n").find((l) => l && !l.startsWith("#"));
  for (let at = 0; at < line.length; at++) {
    const changed = line.slice(0, at) + (line[at] === "A" ? "B" : "A") + line.slice(at + 1);
    expect((await verify(changed, receipt)).part, `character ${at}`).toBe("checkpoint");
  }
  expect(await verify("# none\n", receipt)).toEqual({ part: "checkpoint" });
});

test("on the page: a file and the words, and nothing leaves the browser", async ({ page }) => {
  await page.goto("/dev/storybook/review/verify/empty");
  await page.evaluate((file) => { document.getElementById("verify-keys").textContent = file; }, keys);
  const asked = [];
  page.on("request", (r) => asked.push(r.url()));
  await page.context().setOffline(true);
  await page.getByLabel("The receipt’s file").setInputFiles({ name: "receipt.json", mimeType: "application/json", buffer: Buffer.from(receipt) });
  await page.getByLabel("The post").fill(post);
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByRole("heading", { name: "It holds" })).toBeVisible();
  await expect(page.locator("#verified")).toContainText("exactly those that were decided about");
  const said = JSON.parse(receipt).statement;
  await expect(page.locator("#verified")).toContainText(said.employer.name);
  await expect(page.locator("#verified")).toContainText(said.signatures[0].name);
  await page.getByLabel("The post").fill(post.replace(/[a-z]/, "x"));
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByRole("heading", { name: "It does not hold" })).toBeVisible();
  expect(asked).toEqual([]);
});
