// Every view in every state, without a backend: axe finds nothing, and nothing hangs over the edge of a phone.
import { mkdirSync } from "node:fs";
import { test, expect } from "./book.js";
import { findings, overhang } from "./axe.js";

const variants = [
  { name: "light, desk", query: "lang=en&theme=light", size: { width: 1280, height: 900 }, axe: "all" },
  { name: "dark, phone", query: "lang=en&theme=dark", size: { width: 390, height: 844 }, axe: "looks" },
  { name: "Arabic, phone", query: "lang=ar&theme=light", size: { width: 390, height: 844 }, axe: "words" },
  { name: "French, narrow", query: "lang=fr&theme=light", size: { width: 320, height: 640 } },
  { name: "Chinese, desk", query: "lang=zh&theme=dark", size: { width: 1280, height: 900 } },
];
// SHOTS=1 keeps a picture of each; STORY='account/|home' looks at some only.
const shots = process.env.SHOTS, only = new RegExp(process.env.STORY ?? "");

async function stories(page) {
  await page.goto("/dev/storybook");
  const all = await page.locator("a[data-story]").evaluateAll((links) => links.map((a) => new URL(a.href).pathname));
  return all.filter((path) => only.test(path));
}

for (const v of variants) {
  test(`views: ${v.name}`, async ({ page }) => {
    test.setTimeout(15 * 60_000);
    const errors = [];
    page.on("pageerror", (e) => errors.push(String(e)));
    page.on("console", (m) => { if (m.type() === "error") errors.push(m.text()); });
    await page.setViewportSize(v.size);
    for (const path of await stories(page)) {
      await page.goto(`${path}?${v.query}`);
      expect.soft(await overhang(page), `${path} hangs over`).toBeLessThanOrEqual(0);
      if (v.axe) expect.soft(await findings(page, v.axe), path).toEqual([]);
      if (shots) {
        mkdirSync("screenshots", { recursive: true });
        await page.screenshot({ path: `screenshots/${path.replace("/dev/storybook/", "").replaceAll("/", ".")}.${v.name.replace(/\W+/g, "-")}.png`, fullPage: true });
      }
    }
    expect.soft(errors, "errors in the console").toEqual([]);
  });
}

test("axe is really looking", async ({ page }) => {
  await page.goto("/dev/storybook");
  await page.evaluate(() => { document.querySelector("main").innerHTML = '<h1>Faults</h1><img src="data:,"><input>'; });
  const found = await findings(page);
  expect(found.some((f) => f.startsWith("image-alt"))).toBe(true);
  expect(found.some((f) => f.startsWith("label"))).toBe(true);
});

test("a page works without a script and with the keyboard", async ({ browser }) => {
  const page = await browser.newPage({ javaScriptEnabled: false });
  await page.goto("/dev/storybook/shell/frame/creator");
  await page.keyboard.press("Tab");
  await expect(page.locator(".skip")).toBeFocused();
  await page.locator("details.menu summary").last().click();
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  await page.close();
});

test("menus close on Escape, and errors take the focus", async ({ page }) => {
  await page.goto("/dev/storybook/shell/frame/creator");
  const menu = page.locator("details.menu").last();
  await menu.locator("summary").click();
  await expect(menu).toHaveAttribute("open", "");
  await page.keyboard.press("Escape");
  await expect(menu).not.toHaveAttribute("open", "");
  await page.goto("/dev/storybook/public/charge/error");
  await expect(page.locator(".errors")).toBeFocused();
  await page.locator(".errors a").first().click();
  await expect(page.locator("#last4")).toBeFocused();
});
