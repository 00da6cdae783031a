// An employer of its own: HR makes the organisation, proves its domain, invites legal, and the two decide on their desk what one of their people
// sends; each on a phone, from an empty database.
import { test, expect, someone, phone } from "./house.js";
import { findings, overhang } from "./axe.js";
import { press, settleIn, signIn, signUp, write } from "./people.js";

test.use(phone);
test.describe.configure({ mode: "serial" });

const hr = someone("hedda"), legal = someone("leif"), author = someone("anton"), domain = "brandt-bikes.example";
const words = "We tried three ways to plan the early shift. The third one held.";
let organisation, submission;

/** The page answers as a page should: nothing hangs over, and axe finds nothing. */
async function sound(page) {
  expect.soft(await overhang(page), `${page.url()} hangs over`).toBeLessThanOrEqual(0);
  expect.soft(await findings(page), page.url()).toEqual([]);
}

/** The code of six digits or more in the newest mail to a mailbox. */
const mailedCode = async (house, to) => (await house.mails(to))[0].text.match(/\b[0-9]{6}\b/)[0];

test("HR makes an organisation and proves its domain", async ({ page, house }) => {
  await signUp(page, house, hr);
  await settleIn(page, { name: "Hedda Brandt", handle: "heddab" });
  await page.goto("/organisations");
  await sound(page);
  await press(page, "Make it"); // with nothing in it
  await sound(page);
  await page.getByLabel("Name", { exact: true }).fill("Brandt Bikes");
  await page.getByLabel("Employer").check();
  await press(page, "Make it");
  organisation = new URL(page.url()).pathname;
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Brandt Bikes");
  await sound(page);
  await page.getByLabel("Domain", { exact: true }).fill("gmail.com");
  await press(page, "Name the domain");
  await sound(page);
  await page.getByLabel("Domain", { exact: true }).fill(domain);
  await press(page, "Name the domain");
  await sound(page);
  await press(page, "Look for it now");
  await sound(page);
  const [name, value] = await page.locator("dd code").allInnerTexts();
  const put = await fetch(house.url("/api/v1/organisations/dev/records"), { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name, values: [value] }) });
  expect(put.status).toBeLessThan(300);
  await press(page, "Look for it now");
  await expect(page.locator("main")).toContainText("Yours");
  await sound(page);
});

test("legal is invited at work and accepts with a personal address", async ({ page, browser, house }) => {
  await signIn(page, house, hr);
  await page.goto(organisation);
  await page.getByLabel("Their mailbox").fill("leif@" + domain);
  await page.getByLabel("Legal reviewer").last().check();
  await press(page, "Send the invitation");
  await sound(page);
  // HR reviews too.
  await page.getByText("Change roles", { exact: false }).first().click();
  await page.getByLabel("HR reviewer").first().check();
  await press(page, "Save roles");
  await sound(page);

  const other = await (await browser.newContext({ ...phone, baseURL: house.address })).newPage();
  const invitation = await house.mailed("leif@" + domain, "/invitations/");
  await other.goto(invitation);
  await sound(other);
  await signUp(other, house, legal);
  await settleIn(other, { name: "Leif Holm", handle: "leifh" });
  await other.goto(invitation);
  await sound(other);
  await press(other, "Accept");
  await sound(other);
  await expect(other.locator("main")).toContainText("Brandt Bikes");
  await other.goto("/desk");
  await expect(other.locator("main")).toContainText("Nothing waits.");
  await sound(other);
});

test("somebody who works there proves it, and asks", async ({ page, house }) => {
  await signUp(page, house, author);
  await settleIn(page, { name: "Anton Falk", handle: "antonf", work: "Yes" });
  const post = await write(page, words, "https://www.linkedin.com/in/antonfalk");
  await page.goto(post);
  await page.getByRole("link", { name: "Ask your employer" }).click();
  await page.getByLabel("Employer", { exact: true }).fill("Brandt Bikes");
  await page.getByLabel("The reviewer’s mailbox at work").fill("hedda@" + domain);
  await press(page, "See what they will see");
  await sound(page);
  await press(page, "Send to my employer");
  submission = new URL(page.url()).pathname;
  await sound(page);
  await page.goto("/employments");
  await sound(page);
  await page.getByText("Prove that I work there").click();
  await page.getByLabel("My mailbox at work").fill("anton@" + domain);
  await press(page, "Mail the code");
  await sound(page);
  await page.getByLabel("Code from the mail").fill(await mailedCode(house, "anton@" + domain));
  await press(page, "Confirm");
  await expect(page.locator("main")).toContainText("anton@" + domain);
  await sound(page);
});

test("the desk decides", async ({ page, house }) => {
  await signIn(page, house, hr);
  await page.goto("/desk");
  await sound(page);
  await page.getByRole("link", { name: "Anton Falk" }).click();
  await expect(page.locator("main")).toContainText(words);
  await sound(page);
  await page.getByLabel("I may decide this for Brandt Bikes").check();
  await press(page, "Approve this text");
  await expect(page.locator("main")).toContainText("Hedda Brandt, HR reviewer");
  await sound(page);
  await page.goto("/desk");
  await sound(page);
  await page.getByRole("link", { name: "Decided and over" }).click();
  await expect(page.getByRole("link", { name: "Anton Falk" })).toBeVisible();
  await sound(page);
});

test("the author has the answer, and leaves at a minute", async ({ page, house }) => {
  await house.settle();
  await signIn(page, house, author);
  await page.goto(submission);
  await expect(page.locator("main")).toContainText("Approved");
  await sound(page);
  await page.goto("/employments");
  await page.locator("summary", { hasText: "I leave" }).click();
  await press(page, "I leave now");
  await expect(page.locator("main")).toContainText("You left on");
  await sound(page);
});
