// An employer who has never heard of us clears a post: its author and the reviewer, each on a phone, from an empty database.
import { test, expect, someone, phone } from "./house.js";
import { findings, overhang } from "./axe.js";
import { press, screens, settleIn, signIn, signUp, write } from "./people.js";

test.use(phone);
test.describe.configure({ mode: "serial" });

const author = someone("ada"), reviewer = "hanna.roth@acme-chairs.example";
const words = "Nothing in our rota changes after 18:00, not for snow.";
let post, submission;

/** The page answers as a page should: nothing hangs over, and axe finds nothing. */
async function sound(page) {
  expect.soft(await overhang(page), `${page.url()} hangs over`).toBeLessThanOrEqual(0);
  expect.soft(await findings(page), page.url()).toEqual([]);
}

/** Presses a link and waits for its page. */
async function follow(page, name) {
  const link = page.getByRole("link", typeof name === "string" ? { name, exact: true } : { name });
  await Promise.all([page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame()), link.first().click()]);
  await page.waitForLoadState();
}

test("an author goes from nothing to a post that was sent, and sees first what the reviewer will see", async ({ page, house }) => {
  await signUp(page, house, author);
  await settleIn(page, { name: "Ada Quist", handle: "adasigns", work: "Yes" });
  const seen = screens(page, house);
  post = await write(page, words, "https://www.linkedin.com/in/adaquist");
  await sound(page);

  await follow(page, "Check it first");
  await expect(page.locator("main")).toContainText(words);
  await sound(page);
  await follow(page, "Ask your employer");
  await page.getByLabel("Employer", { exact: true }).fill("Acme Chairs");
  await page.getByLabel("The reviewer’s mailbox at work").fill(reviewer);
  await sound(page);
  await press(page, "See what they will see");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("What Acme Chairs will see");
  await expect(page.locator("main")).toContainText(words);
  await sound(page);
  expect(await house.mails(reviewer)).toEqual([]); // nobody learns of it before it is sent
  await press(page, "Send to my employer");
  submission = new URL(page.url()).pathname;
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign-off by Acme Chairs");
  await sound(page);
  // The form of a new post, the post, the check, the question, the preview, the submission.
  expect(seen.ours, seen.ours.join(" → ")).toHaveLength(6);

  await page.goto(post + "/publish");
  await expect(page.getByRole("button", { name: /^Publish version/ })).toHaveCount(0); // it waits for them
});

test("a scanner, a prefetch and a scripted press consume nothing", async ({ house }) => {
  const link = house.url(await house.mailed(reviewer, "/r/"));
  const [mail] = await house.mails(reviewer);
  expect(`${mail.subject} ${mail.text} ${mail.html}`).not.toContain("rota");
  for (const [method, headers] of [["HEAD", {}], ["GET", {}], ["GET", { "Sec-Purpose": "prefetch" }], ["GET", { Purpose: "prefetch" }], ["POST", {}]]) {
    const answer = await fetch(link, { method, headers: { ...headers, "User-Agent": "Mozilla/5.0 (link scanner)" }, redirect: "manual" });
    expect(answer.status, `${method} ${JSON.stringify(headers)}`).toBeLessThan(400);
    expect((await answer.text()), method).not.toContain(words);
    expect(answer.headers.get("set-cookie") ?? "", method).not.toContain("wf_review=");
  }
  // Nor with the button's own field, sent from a browser that never opened the page.
  const proof = (await (await fetch(link)).text()).match(/name="proof" value="([^"]+)"/)[1];
  const scripted = await fetch(link, { method: "POST", redirect: "manual", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ proof }) });
  expect(scripted.headers.get("set-cookie") ?? "").not.toContain("wf_review=");
  expect(await (await fetch(link)).text()).toContain("Show me the post"); // still not opened
});

test("a reviewer decides from the mail in four taps and two typed fields, without an account (A56)", async ({ browser, house }) => {
  const context = await browser.newContext({ ...phone, baseURL: house.address }), page = await context.newPage();
  let taps = 0, typed = 0;
  const tap = async (what) => { taps++; await what(); };
  const type = async (label, text) => { typed++; await page.getByLabel(label, { exact: true }).fill(text); };
  const link = await house.mailed(reviewer, "/r/");
  await tap(() => page.goto(link)); // the link in the mail
  await sound(page);
  await tap(() => press(page, "Show me the post"));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("May Ada Quist publish this?");
  await expect(page.locator("main")).toContainText(words);
  await sound(page);
  await type("Your name", "Hanna Roth");
  await type("Your role", "HR lead");
  await tap(() => page.getByLabel("I may decide this for Acme Chairs").check());
  await tap(() => press(page, "Approve this text"));
  await expect(page.locator("main")).toContainText("Approved");
  await expect(page.locator("main")).toContainText("Hanna Roth");
  await sound(page);
  expect(taps).toBeLessThanOrEqual(4);
  expect(typed).toBeLessThanOrEqual(2);
  expect((await context.cookies()).map((c) => c.name)).not.toContain("wf_session"); // no account was made on the way
  // A second browser finds the link used.
  const other = await (await browser.newContext({ ...phone, baseURL: house.address })).newPage();
  await other.goto(link);
  await expect(other.getByRole("button", { name: "Show me the post" })).toHaveCount(0);
  await context.close();
});

test("the author sees the answer, publishes exactly these words, and one comma more is stale", async ({ page, house }) => {
  await house.settle();
  await signIn(page, house, author);
  await page.goto(submission);
  await expect(page.locator("main")).toContainText("Approved");
  await expect(page.locator("main")).toContainText("Hanna Roth, HR lead");
  await sound(page);
  await follow(page, "Open the document");
  await expect(page.getByRole("link", { name: "See what you asked and what they said" })).toBeVisible();
  await follow(page, "Publish it");
  await press(page, "Publish version 1");
  await expect(page.locator("#released")).toContainText(words);
  await sound(page);

  await page.goto(post + "/edit");
  await page.getByLabel("Text", { exact: true }).fill(words.replace("snow", "snow,"));
  await press(page, "Save this version");
  await page.goto(post);
  await expect(page.locator("main")).toContainText("Agreed to other words");
  await expect(page.getByRole("link", { name: "Ask your employer" })).toBeVisible();
  await page.goto(post + "/publish");
  await expect(page.getByRole("button", { name: /^Publish version/ })).toHaveCount(0);
});

test("a course is asked about from its publishing page", async ({ page, house }) => {
  await signIn(page, house, author);
  await page.goto("/products/new");
  await page.getByLabel("Name of the course").fill("Plans that hold");
  await press(page, "Make the draft");
  const course = new URL(page.url()).pathname;
  await page.getByLabel("Name of the section").fill("Beginning");
  await press(page, "Add section");
  await page.getByLabel("Name of a new lesson").first().fill("Monday");
  await press(page, "Add lesson");
  await page.getByLabel("Text", { exact: true }).fill("Ask who can come.");
  await press(page, "Save the lesson");
  await page.goto(course + "/publish");
  await sound(page);
  await press(page, "Check it first");
  await expect(page.locator("main")).toContainText("Ask who can come.");
  await sound(page);
  await page.goto(course + "/publish");
  await press(page, "Ask your employer");
  await page.getByLabel("Employer", { exact: true }).fill("Acme Chairs");
  await page.getByLabel("The reviewer’s mailbox at work").fill(reviewer);
  await press(page, "See what they will see");
  await expect(page.locator("main")).toContainText("Ask who can come.");
  await sound(page);
  await press(page, "Send to my employer");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign-off by Acme Chairs");
  await follow(page, "Open the document"); // which is the course
  expect(new URL(page.url()).pathname).toBe(course + "/publish");
});
