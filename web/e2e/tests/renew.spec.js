// Addresses of files live for five minutes; a page that stays open longer finds fresh ones by itself.
import { test, expect } from "./house.js";

const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const origin = "http://files.test";
const address = (name, x) => `${origin}/files/abc/${name}?g=ent_1&amp;s=sig&amp;x=${x}`;

test("a picture and an attachment of a page that stayed open are found again", async ({ page, house }) => {
  const script = (await (await fetch(house.address)).text()).match(/<script[^>]*src="([^"]+)"/)[1];
  const now = Math.floor(Date.now() / 1000);
  let read = 0;
  const asked = [];
  await page.route("**/lesson", (route) => {
    const x = read++ === 0 ? now - 60 : now + 240; // the first time as it was five minutes ago
    return route.fulfill({ contentType: "text/html", body: `<!doctype html><title>L</title><script src="${script}" defer></script>
      <img alt="team" src="${address("team.png", x)}"><a href="${address("sheet.pdf", x)}">Sheet</a><a href="/elsewhere">Elsewhere</a>` });
  });
  await page.route(`${origin}/**`, (route) => {
    const url = new URL(route.request().url());
    const gone = Number(url.searchParams.get("x")) < now;
    asked.push(`${url.pathname} ${gone ? 410 : 200}`);
    return gone ? route.fulfill({ status: 410 }) : route.fulfill({ contentType: url.pathname.endsWith("png") ? "image/png" : "text/plain", body: png });
  });
  await page.goto("/lesson");
  await expect.poll(() => page.locator("img").evaluate((img) => img.naturalWidth)).toBe(1);
  expect(asked).toEqual(["/files/abc/team.png 410", "/files/abc/team.png 200"]);
  await page.getByRole("link", { name: "Sheet" }).click();
  await page.waitForURL(`${origin}/**`);
  expect(asked.at(-1)).toBe("/files/abc/sheet.pdf 200");
  expect(asked.filter((a) => a.includes("sheet"))).toHaveLength(1);
});
