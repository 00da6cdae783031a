// One press too many, one too early, a tab closed in between: one sale is one order, one charge and one receipt.
import { test, expect, someone } from "./house.js";
import { root } from "./program.js";
import { findings } from "./axe.js";
import { cards, draft, fillCard, fillOrder, order, pay, press, publish, setPrice, settleIn, signUp } from "./people.js";

test.describe.configure({ mode: "serial" });

const creator = someone("noor");
let product, till;

/** A browser of somebody else. */
const another = async (browser, house, options = {}) => (await browser.newContext({ baseURL: house.address, ...options })).newPage();

/** What the creator sees as sold to an address, and what was mailed there. */
async function sold(house, email) {
  const receipts = (await house.mails(email)).filter((mail) => mail.text.includes("/orders/"));
  return { receipts: receipts.length, charges: (await till.charges()).filter((c) => c.billing_details.email === email && c.paid).length };
}

test.beforeEach(({ house }) => { till = house.till; });

test("a course of real size comes in as a zip, and is on sale", async ({ page, house }) => {
  await signUp(page, house, creator);
  await settleIn(page, { name: "Noor Haddad", handle: "noor", country: "DE" });
  const at = await draft(page, "Writing at work");
  await page.getByLabel("Zip file").setInputFiles(root + "services/storefront/courses/testdata/twin.zip");
  await page.getByRole("button", { name: "Import the lessons" }).click(); // the answer takes the place of the form
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("23 lessons in 2 sections");
  await expect(page.getByText(/\.md, line [0-9]+/).first()).toBeVisible();
  await setPrice(page, at, "149.00");
  product = await publish(page, at);

  // Who sells to more than a few first answers Stripe's questions.
  await page.goto("/payouts");
  await press(page, "Answer Stripe’s questions");
  await page.getByRole("link", { name: "Fill in sample data" }).click();
  await page.getByLabel("I accept the terms of service").check();
  await press(page, "Submit");
  await house.settle();
});

test("a double click on both buttons is one order", async ({ page, house }) => {
  const email = someone("twice");
  await fillOrder(page, product, email);
  await page.getByRole("button", { name: /^Go to payment/ }).dblclick();
  await fillCard(page);
  await page.getByRole("button", { name: /^Pay/ }).dblclick();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("It’s yours. Start here.");
  expect(await sold(house, email)).toEqual({ receipts: 1, charges: 1 });
});

test("the back button leads to the same order, before the payment and after it", async ({ page, house }) => {
  const email = someone("back");
  await order(page, product, email);
  await expect(page.getByText("Card number")).toBeVisible();
  await page.goBack();
  await page.getByLabel("Start now").check(); // the answers are there again, and so are the rights that go with them
  await press(page, /^Go to payment/);
  await pay(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("It’s yours. Start here.");
  await page.goBack();
  await page.goBack();
  await page.goForward();
  await page.goto(product);
  expect(await sold(house, email)).toEqual({ receipts: 1, charges: 1 });
});

test("nobody ticks what is about to be replaced by the rights of another country", async ({ page }) => {
  await page.route(/terms-country|buyer-country=/, async (route) => { // a slow line
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue();
  });
  await page.goto(product);
  await page.getByRole("link", { name: /^Buy for/ }).first().click();
  await page.getByLabel("Your e-mail address").fill(someone("slow"));
  const lives = page.getByLabel("The country you live in");
  await lives.selectOption((await lives.inputValue()) === "BE" ? "NL" : "BE");
  await page.getByLabel("Start now").check(); // waits until the box is of that country
  await page.waitForTimeout(2000);
  await expect(page.getByLabel("Start now")).toBeChecked();
});

test("a declined card charges nothing, and another card pays the same order", async ({ page, house }) => {
  const email = someone("declined");
  await order(page, product, email);
  await pay(page, cards.declined);
  await expect(page.getByText("The bank declined the card. Use another card.")).toBeVisible();
  expect(await sold(house, email)).toEqual({ receipts: 0, charges: 0 });
  await pay(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("It’s yours. Start here.");
  expect(await sold(house, email)).toEqual({ receipts: 1, charges: 1 });
});

test("who leaves the checkout finds the order waiting", async ({ page, house }) => {
  const email = someone("leaver");
  await order(page, product, email);
  await page.getByRole("link", { name: "Back" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Nothing was charged");
  expect(await findings(page)).toEqual([]);
  await press(page, /^Go on to payment/);
  await pay(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("It’s yours. Start here.");
  expect(await sold(house, email)).toEqual({ receipts: 1, charges: 1 });
});

test("a tab that is closed while it pays has bought", async ({ page, browser, house }) => {
  const email = someone("closer");
  await order(page, product, email);
  await fillCard(page);
  const sent = page.waitForRequest((r) => r.method() === "POST");
  page.getByRole("button", { name: /^Pay/ }).click().catch(() => {}); // the tab goes away under it
  await sent;
  await page.close();
  expect(await sold(house, email)).toEqual({ receipts: 1, charges: 1 });
  const reader = await another(browser, house);
  await reader.goto(await house.mailed(email, "/orders/"));
  await expect(reader.getByRole("heading", { name: "Writing at work" }).first()).toBeVisible();
});

test("the thanks page waits for a late webhook, and the webhook waits for nobody", async ({ page, browser, house }) => {
  const late = someone("late");
  await till.hold(true);
  await order(page, product, late);
  await pay(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^(It’s yours. Start here.|Your payment is on its way)$/);
  await till.hold(false);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("It’s yours. Start here.");
  expect(await sold(house, late)).toEqual({ receipts: 1, charges: 1 });

  // The other way round: the redirect is held back until everything has arrived.
  const early = someone("early"), other = await another(browser, house);
  await order(other, product, early);
  await fillCard(other);
  await other.route("**/thanks**", async (route) => {
    await house.settle();
    await route.continue();
  });
  await press(other, /^Pay/);
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("It’s yours. Start here.");
  expect(await sold(house, early)).toEqual({ receipts: 1, charges: 1 });
});

test("two browsers at one checkout pay once, and a stranger sees nothing", async ({ page, browser, house }) => {
  const email = someone("pair");
  await order(page, product, email);
  const checkout = page.url(), other = await another(browser, house);
  await other.goto(checkout);
  await fillCard(page);
  await fillCard(other);
  await Promise.all([press(page, /^Pay/), press(other, /^Pay/)]);
  // Whoever pays at the checkout comes back as the buyer; the other one is told that it is paid.
  const outcomes = [];
  for (const one of [page, other]) {
    await expect(one.getByRole("heading", { level: 1 })).toHaveText(/It’s yours|This is paid/);
    outcomes.push(await one.getByRole("heading", { level: 1 }).innerText());
  }
  expect(outcomes).toContain("It’s yours. Start here.");
  expect(await sold(house, email)).toEqual({ receipts: 1, charges: 1 });

  // A stranger who has the address of the order, and nothing else, has nothing.
  await page.goto(await house.mailed(email, "/orders/"));
  const stranger = await another(browser, house);
  await stranger.goto(`/orders/${(await till.charges()).find((c) => c.billing_details.email === email).metadata.order}`);
  await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("Open it from your receipt");
});

test("without a script it works the same", async ({ browser, house }) => {
  const email = someone("plain"), page = await another(browser, house, { javaScriptEnabled: false });
  await order(page, product, email);
  await pay(page);
  await house.settle();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("It’s yours. Start here.");
  await press(page, "Done, next lesson");
  await expect(page.getByText("1 of 23 lessons done")).toBeVisible();
  expect(await sold(house, email)).toEqual({ receipts: 1, charges: 1 });
});

test("the books balance after all of it", async ({ house }) => {
  expect(await till.check()).toEqual({ ok: true });
});
