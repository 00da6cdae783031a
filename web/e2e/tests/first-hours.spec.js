// The first hour of each person, from an empty database and on a phone.
import { test, expect, someone, phone } from "./house.js";
import { findings, overhang } from "./axe.js";
import { askForLink, cards, draft, firstHours, order, pay, press, pressLink, publish, screens, setPrice, settleIn, signIn, signUp, write, writeLesson } from "./people.js";

test.use(phone);
test.describe.configure({ mode: "serial" });

const creator = someone("ada"), buyer = someone("ben");
let product, course;

/** The page answers as a page should: nothing hangs over, and axe finds nothing. */
async function sound(page) {
  expect.soft(await overhang(page), `${page.url()} hangs over`).toBeLessThanOrEqual(0);
  expect.soft(await findings(page), page.url()).toEqual([]);
}

test("a creator has a link to share on the sixth screen", async ({ page, house }) => {
  const seen = screens(page, house);
  await signUp(page, house, creator);
  const address = await settleIn(page, { name: "Ada Quist", handle: "adaquist" });
  expect(address).toBe("/@adaquist");
  expect(seen.ours, seen.ours.join(" → ")).toHaveLength(firstHours.link);
  expect(seen.ours.at(-1)).toBe("/welcome/ready"); // the link stands on the last one
  await sound(page);
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ada Quist");
});

test("a creator writes, prices and publishes a first course on a phone", async ({ page, house }) => {
  await signIn(page, house, creator);
  const draftPath = course = await draft(page, "Plans that hold");
  await sound(page);
  await writeLesson(page, "Begin on Monday", "# Monday\n\nAsk who can come, then write it down.");
  await sound(page);
  await page.goto(draftPath);
  await writeLesson(page, "Tell them early", "People plan their evenings around yours.");
  await setPrice(page, draftPath, "149,00");
  await sound(page);
  product = await publish(page, draftPath);
  await sound(page);
  expect(product).toMatch(/^\/@adaquist\//);
});

test("a guest reads the first lesson on the third screen of ours", async ({ page, house }) => {
  const seen = screens(page, house);
  await order(page, product, buyer);
  await pay(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("It’s yours. Start here.");
  await expect(page.getByRole("heading", { name: "Begin on Monday" })).toBeVisible();
  // The address of the thanks page stands in for a wait before it, too. The lesson stands on it, so it counts as the last one.
  expect(seen.ours, seen.ours.join(" → ")).toHaveLength(firstHours.lesson);
  expect(seen.ours.at(-1)).toMatch(/\/thanks$/);
  expect(seen.ours.length + seen.theirs.length, seen.theirs.join(" → ")).toBe(firstHours.lessonWithCheckout);
  await sound(page);
});

test("the buyer finishes a lesson, comes back another day and goes on", async ({ page, browser, house }) => {
  await page.goto(await house.mailed(buyer, "/orders/"));
  await page.getByRole("button", { name: "Done, next lesson" }).or(page.getByRole("link", { name: "Start with the first lesson" })).first().click();
  await page.waitForLoadState();
  if (await page.getByRole("heading", { level: 1, name: "Begin on Monday" }).isVisible()) {
    await press(page, "Done, next lesson");
  }
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tell them early");

  // Another device, with an account this time.
  const other = await browser.newContext({ ...phone, baseURL: house.address });
  const again = await other.newPage();
  await signUp(again, house, buyer);
  await house.settle(); // the proof of the address brings what was bought with it
  await again.goto("/library");
  await again.getByRole("link", { name: /Plans that hold/ }).first().click();
  await expect(again.getByText("1 of 2 lessons done")).toBeVisible();
  await sound(again);
  await again.getByRole("link", { name: "Go on learning" }).click();
  await expect(again.getByRole("heading", { level: 1 })).toHaveText("Tell them early");
  await press(again, "Done, finish the course");
  await expect(again.getByText("You have finished it.")).toBeVisible();
  await other.close();
});

test("the creator is paid out, and gives one buyer everything back", async ({ page, browser, house }) => {
  await signIn(page, house, creator);
  await page.goto("/payouts");
  await sound(page);
  await press(page, "Answer Stripe’s questions");
  await page.getByRole("link", { name: "Fill in sample data" }).click();
  await page.getByLabel("I accept the terms of service").check();
  await press(page, "Submit");
  await expect(page).toHaveURL(/\/payouts/);

  const second = someone("cleo");
  const guest = await (await browser.newContext({ ...phone, baseURL: house.address })).newPage();
  await order(guest, product, second);
  await pay(guest, cards.challenge);
  await press(guest, "Confirm the payment");
  await expect(guest.getByRole("heading", { level: 1 })).toHaveText("It’s yours. Start here.");

  await page.goto("/sales");
  await sound(page);
  await page.getByRole("link", { name: /Plans that hold/ }).first().click();
  await page.getByRole("link", { name: "See what it means" }).click();
  await sound(page);
  await press(page, "Give this money back");
  await expect(page.getByText("149.00")).not.toHaveCount(0);
  await house.settle();
  await sound(page);
  await guest.reload();
  await guest.goto(new URL(await house.mailed(second, "/orders/"), house.address).pathname.replace(/\/open.*/, ""));
  await expect(guest.getByText(/given back|on its way back|You have .* back/i).first()).toBeVisible();

  await house.pass(21);
  await page.goto("/payouts");
  await expect(page.getByText("Arrived so far")).toBeVisible();
  await expect(page.getByText(/arrived on/).first()).toBeVisible();
  await sound(page);
});

test("a creator who works for nobody meets no page about an employer", async ({ page, house }) => {
  await signIn(page, house, creator);
  const draftPath = await write(page, "Nothing changes after 18:00.");
  for (const path of ["/documents", "/documents/new", draftPath, draftPath + "/publish", course + "/publish", "/today", "/products", "/products/new", "/sales", "/payouts", "/page", "/library", "/purchases", "/inbox", "/settings", "/settings/sign-in", "/settings/data", "/mandates", "/mandates/new", product, "/@adaquist"]) {
    await page.goto(path);
    const words = await page.locator("main").innerText();
    expect.soft(words, path).not.toMatch(/\bHR\b|human resources|compliance|sign-?off|reviewer/i);
    if (path !== "/settings") expect.soft(words, path).not.toMatch(/\bemployer/i);
    // Nor does any link of the whole page lead there, the menu's neither.
    expect.soft(await page.locator('a[href^="/submissions"]').count(), path).toBe(0);
  }
});

test("a mail scanner consumes no link", async ({ page, house, request }) => {
  const email = someone("dora");
  await askForLink(page, email);
  const link = house.url(await house.mailed(email, "/l/"));
  for (const method of ["HEAD", "GET", "GET", "POST"]) {
    const answer = await request.fetch(link, { method, headers: { "Sec-Purpose": "prefetch", "User-Agent": "Mozilla/5.0 (link scanner)" } });
    expect(answer.status(), method).toBeLessThan(400);
  }
  // Nor with the button's own field, sent from a browser that never opened the page.
  const page2 = await (await request.fetch(link)).text();
  const proof = page2.match(/name="proof" value="([^"]+)"/)[1];
  await fetch(link, { method: "POST", redirect: "manual", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ proof }) });
  await pressLink(page, house, email);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Two short questions first");
});
