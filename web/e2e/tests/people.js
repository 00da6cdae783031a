// What people do here, by the words on the buttons that they press.
import { expect } from "./house.js";

/** How many screens of ours a first hour takes; docs/pages.md says so, with the rule. */
export const firstHours = { link: 6, lesson: 3, lessonWithCheckout: 4 };

/**
 * The screens that a person sees, by one rule for everybody: each page that stands in the window, from the first to the one that has
 * what they came for, both included. A page that answers at the same address again is one. Those of others, such as the hosted checkout,
 * are kept apart; the mailbox is never in this window.
 */
export function screens(page, house) {
  const seen = { ours: [], theirs: [] };
  let last;
  page.on("framenavigated", (frame) => {
    if (frame !== page.mainFrame() || !frame.url().startsWith("http")) return;
    const { origin, pathname } = new URL(frame.url());
    if (origin + pathname !== last) (origin === house.address ? seen.ours : seen.theirs).push(pathname);
    last = origin + pathname;
  });
  return seen;
}

/** Presses a button and waits for the page that answers it: leaving earlier would call the press back. */
export async function press(page, name) {
  const button = page.getByRole("button", typeof name === "string" ? { name, exact: true } : { name });
  await Promise.all([page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame()), button.first().click()]);
  await page.waitForLoadState();
}

/** Asks for a link as a new person. It leaves the page that says to look into the mailbox. */
export async function askForLink(page, email) {
  await page.goto("/sign-up");
  await page.getByLabel("Your e-mail address").fill(email);
  await press(page, "Send me a link");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Look into your mailbox");
}

/** Opens the mailed link and presses its button. */
export async function pressLink(page, house, email) {
  await page.goto(await house.mailed(email, "/l/"));
  await press(page, "Sign me in");
}

export async function signUp(page, house, email) {
  await askForLink(page, email);
  await pressLink(page, house, email);
}

/** Signs in somebody who has an account already. */
export async function signIn(page, house, email) {
  await page.goto("/sign-in");
  await page.getByLabel("Your e-mail address").fill(email);
  await press(page, "Sign in");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Look into your mailbox");
  await pressLink(page, house, email);
}

/** From the first question to the page that shows the link to share, which it returns. */
export async function settleIn(page, { name, handle, country = "BE", work = "No" }) {
  await page.getByLabel("Where do you live?").selectOption(country);
  await page.getByLabel(work, { exact: true }).check();
  await press(page, "Go on");
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Address of your page").fill(handle);
  await press(page, "Make my page");
  const address = page.locator("#address");
  await expect(address).toBeVisible();
  return new URL(await address.inputValue()).pathname;
}

/** Writes a post by hand, with a place for it where one is given, and stays on its page. Returns the path. */
export async function write(page, text, profile) {
  await page.goto("/documents/new?kind=linkedin_post");
  await page.getByLabel("Text", { exact: true }).fill(text);
  if (profile) await page.locator("#destinations-0-profile").fill(profile);
  await press(page, "Save the first version");
  return new URL(page.url()).pathname;
}

/** Makes a draft and leaves the page of its lessons. Returns the product's own path. */
export async function draft(page, title) {
  await page.goto("/products/new");
  await page.getByLabel("Name of the course").fill(title);
  await press(page, "Make the draft");
  await expect(page.getByRole("navigation", { name: title })).toBeVisible();
  return new URL(page.url()).pathname;
}

/** Writes one lesson by hand into the first section of a draft. */
export async function writeLesson(page, title, body) {
  if (!(await page.getByLabel("Name of a new lesson").first().isVisible())) {
    await page.getByLabel("Name of the section").fill("Beginning");
    await press(page, "Add section");
  }
  await page.getByLabel("Name of a new lesson").first().fill(title);
  await press(page, "Add lesson");
  await page.getByLabel("Text", { exact: true }).fill(body);
  await press(page, "Save the lesson");
  await expect(page.locator("#preview")).toContainText(body.split("\n").at(-1));
}

/** Sets one price, or gives the course away. */
export async function setPrice(page, product, amount) {
  await page.goto(product + "/price");
  if (amount === undefined) await page.getByLabel("Give it away").check();
  else await page.getByLabel("Euro (EUR)").fill(amount);
  await press(page, "Set this price");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^It (costs|is free)/);
}

/** Publishes and returns the public path of the product. */
export async function publish(page, product) {
  await page.goto(product + "/publish");
  await press(page, "Publish it on my page");
  const address = page.locator("#address");
  await expect(address).toBeVisible();
  return new URL(await address.innerText()).pathname;
}

/** Fills the page before the payment as a guest, and stays on it. */
export async function fillOrder(page, product, email, { country = "BE" } = {}) {
  await page.goto(product);
  await page.getByRole("link", { name: /^(Buy for|Get it for free)/ }).first().click();
  await page.getByLabel("Your e-mail address").fill(email);
  const lives = page.getByLabel("The country you live in");
  if ((await lives.inputValue()) !== country) await lives.selectOption(country);
  const startNow = page.getByLabel("Start now");
  if (await appears(startNow)) await startNow.check();
}

/** Whether something comes into sight: the rights of the country chosen are fetched, and without a script asked later. */
const appears = (what) => what.waitFor({ timeout: 2000 }).then(() => true, () => false);

/** Places an order as a guest, and goes on to the payment. */
export async function order(page, product, email, where) {
  await fillOrder(page, product, email, where);
  const button = /^(Go to payment|Open it now)/;
  await press(page, button);
  const startNow = page.getByLabel("Start now");
  if (await startNow.isVisible()) { // without a script the country's rights come with the answer
    await startNow.check();
    await press(page, button);
  }
}

export const cards = {
  good: "4242 4242 4242 4242",
  declined: "4000 0000 0000 0002",
  challenge: "4000 0025 0000 3155",
};

/** Types a card at the hosted checkout. */
export async function fillCard(page, number = cards.good) {
  await page.getByLabel("Card number").fill(number);
  await page.getByLabel("Expiry, MM/YY").fill("12/34");
  await page.getByLabel("Security code").fill("123");
  await page.getByLabel("Name on the card").fill("A. Buyer");
}

/** Types a card and pays. */
export async function pay(page, number) {
  await fillCard(page, number);
  await press(page, /^Pay/);
}
