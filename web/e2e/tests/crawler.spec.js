// Visits every link that each person can reach, in every language: no page fails, no link is dead, nothing raw shows
// through, axe finds nothing.
import { test, expect, someone } from "./house.js";
import { root } from "./program.js";
import { findings, overhang } from "./axe.js";
import { onRecord, pagesTable } from "./pages.js";
import { cards, draft, order, pay, press, publish, setPrice, settleIn, signUp, writeLesson } from "./people.js";

test.describe.configure({ mode: "serial", timeout: 30 * 60_000 });

// What axe looks at in each: all of it at a desk and, in the direction that turns the page round, on a phone; elsewhere
// what words alone can break, their colours and widths on a phone, or their names and roles at a desk.
const looked = { en: "all", fr: "looks", nl: "words", ar: "all", zh: "words" };
// LANGUAGES='en' walks in some only: docs/pages.md is written from the English walk.
const languages = process.env.LANGUAGES?.split(" ") ?? Object.keys(looked);
const creator = someone("ines"), buyer = someone("tom"), assistant = someone("alex"), operator = someone("olga");
const people = {};

/** The route of an address: two orders are one kind of page. */
const kindOf = (path) => path
  .replace(/[?#].*/, "")
  .replace(/\b[a-z]+_[0-9a-hjkmnp-tv-z]{26}\b/g, "*")
  .replace(/^(\/developers|\/dev\/mail)\/[^/]+/, "$1/*")
  .replace(/(\/lessons)\/[^/]+/, "$1/*")
  .replace(/^(\/buy)?\/@[^/]+\/[^/]+/, "$1/@*/*")
  .replace(/^\/@[^/]+/, "/@*");

/** Pages that are the same for everybody: the guest looks at them for all. */
const common = /^\/(terms|privacy|fees|refunds|imprint|accessibility|report|charge|verify|developers|dev|discover|openapi\.json|@)(\/|\*|$)/;

/** What must never show through to a person. */
const raw = [
  [/⟦[^⟧]*⟧/, "a message that is missing"],
  [/<no value>|\bundefined\b|\[object |%!\w\(|\bNaN\b|\bnull\b/, "a value that is missing"],
  [/\b[a-z]+_[0-9a-hjkmnp-tv-z]{26}\b/, "a raw id"],
  [/\{\{|\}\}/, "a template"],
  [/\b(accounts|storefront|billing|notify|gateway)\.[a-z_]+\.[a-z_]+\b/, "an event or key"],
];

/** The words of the house on the page, without texts that people wrote, code and addresses that are meant to be copied. */
const words = (page) => page.evaluate(() => {
  const copy = document.body.cloneNode(true);
  for (const theirs of copy.querySelectorAll('.prose, code, pre, input, textarea, script, style, [data-raw], a[href*="://"]')) theirs.remove();
  return copy.innerText;
});

/** Every page that can be reached by links from the first ones, one of each kind. */
async function crawl(page, house, starts, { language, axe, skip }) {
  const seen = new Map(), queue = starts.map((path) => [path, 0]), faults = [];
  const complain = (path, what) => faults.push(`${path}: ${what}`);
  page.on("pageerror", (e) => complain(page.url(), `script: ${e}`));
  while (queue.length > 0) {
    const [path, steps] = queue.shift(), kind = kindOf(path);
    // A mail is shut into a sandbox without any script, ours neither; its links open once.
    if (path.startsWith("/l/") || (path.startsWith("/dev/mail/") && path.endsWith("/html"))) continue;
    if (seen.has(kind) || skip?.test(kind)) continue;
    seen.set(kind, { path, steps, fields: 0 });
    const answer = (await page.goto(path).catch(() => undefined)) ?? (await page.request.get(path)); // a download is no page
    if (answer.status() >= 400) complain(path, `answers ${answer.status()}`);
    if (!answer.headers()["content-type"]?.includes("text/html")) continue;
    if (kindOf(new URL(page.url()).pathname) !== kind) seen.get(kind).elsewhere = true; // such as to the sign-in
    seen.get(kind).fields = await page.locator("main :is(input:not([type=hidden], [readonly]), textarea, select)").count();
    const html = page.locator("html");
    if ((await html.getAttribute("lang")) !== { zh: "zh-Hans" }[language] && !(await html.getAttribute("lang"))?.startsWith(language)) complain(path, `is not in ${language}`);
    if ((await html.getAttribute("dir")) !== (language === "ar" ? "rtl" : "ltr")) complain(path, "runs the wrong way");
    const said = await words(page), title = await page.title();
    for (const [pattern, what] of raw) {
      const found = `${title}\n${said}`.match(pattern);
      if (found) complain(path, `shows ${what}: ${found[0]}`);
    }
    if ((await overhang(page)) > 0) complain(path, "hangs over the edge");
    if (axe) for (const f of await findings(page, axe)) complain(path, f);
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.href));
    for (const link of links) {
      const to = new URL(link);
      if (to.origin === house.address && !to.pathname.startsWith("/dev/storybook")) queue.push([to.pathname + to.search, steps + 1]);
    }
    for (const hash of links.map((l) => new URL(l)).filter((u) => u.pathname === new URL(page.url()).pathname && u.hash)) {
      if ((await page.locator(`[id="${decodeURIComponent(hash.hash.slice(1))}"]`).count()) === 0) complain(path, `${hash.hash} leads nowhere`);
    }
  }
  return { seen, faults };
}

test("a world to walk through", async ({ browser, house }) => {
  const world = async (email) => {
    const context = await browser.newContext({ baseURL: house.address }), page = await context.newPage();
    await signUp(page, house, email);
    return page;
  };
  const ines = await world(creator);
  await settleIn(ines, { name: "Ines Maes", handle: "inesmaes", work: "Yes" });
  await draft(ines, "An idea");
  await writeLesson(ines, "Some day", "Not yet.");
  const course = await draft(ines, "Rotas that hold");
  await ines.getByLabel("Zip file").setInputFiles(root + "services/storefront/courses/testdata/twin.zip");
  await ines.getByRole("button", { name: "Import the lessons" }).click();
  await expect(ines.getByRole("heading", { level: 1 })).toHaveText("23 lessons in 2 sections");
  await ines.getByRole("link", { name: "Ask for feedback" }).click();
  await ines.getByLabel("Everyone may read this lesson").check();
  await press(ines, "Save the lesson");
  await setPrice(ines, course, "149");
  const sold = await publish(ines, course);
  const gift = await draft(ines, "A first lesson");
  await writeLesson(ines, "Only this", "# Hello\n\nRead it twice.");
  await setPrice(ines, gift);
  const given = await publish(ines, gift);

  const guest = await (await browser.newContext({ baseURL: house.address })).newPage();
  await order(guest, sold, someone("guest"));
  await pay(guest, cards.challenge);
  await press(guest, "Confirm the payment");
  const reader = someone("reader");
  await order(guest, given, reader);
  await expect(guest.getByRole("heading", { level: 1 })).toHaveText("It’s yours. Start here.");

  await ines.goto("/payouts");
  await press(ines, "Answer Stripe’s questions");
  await ines.getByRole("link", { name: "Fill in sample data" }).click();
  await ines.getByLabel("I accept the terms of service").check();
  await press(ines, "Submit");

  await house.settle();
  const tom = await (await browser.newContext({ baseURL: house.address })).newPage();
  await order(tom, sold, buyer);
  await pay(tom);
  await signUp(tom, house, buyer);
  await house.settle();
  await ines.goto("/mandates/new");
  await ines.getByLabel("Their e-mail address").fill(assistant);
  for (const scope of ["See", "Change my page and drafts", "Comment"]) await ines.getByRole("checkbox", { name: new RegExp(`^${scope}`) }).check();
  await press(ines, "Send the invitation");
  const alex = await world(assistant);
  await house.settle();
  await alex.goto("/mandates");
  await press(alex, /^Accept/);
  await press(alex, /^Act for Ines Maes/);
  const olga = await world(operator);
  house.grantOperator(operator);
  await house.pass(12);

  people.guest = { page: guest, starts: ["/", "/verify?row=1", sold, given, await house.mailed(reader, "/orders/")] };
  people.creator = { page: ines, starts: ["/today", "/", sold, course + "/publish"] };
  people.buyer = { page: tom, starts: ["/library", "/purchases", "/", sold] };
  people.assistant = { page: alex, starts: ["/mandates"] }; // who has no page of their own finds all that they act on by links
  people.operator = { page: olga, starts: ["/operator/events", "/operator/money", "/"] };
});

test("every link of everybody leads somewhere, and nothing raw shows", async ({ house }) => {
  const english = [];
  for (const [role, { page, starts }] of Object.entries(people)) {
    for (const language of languages) {
      await test.step(`${role}, ${language}`, async () => {
        await page.setViewportSize(language === "en" || language === "zh" ? { width: 1280, height: 900 } : { width: 390, height: 844 });
        await page.context().addCookies([{ name: "wf_lang", value: language, url: house.address }]);
        const { seen, faults } = await crawl(page, house, starts, { language, axe: looked[language], skip: role === "guest" ? undefined : common });
        if (language === "en") english.push([role, new Map([...seen.values()].filter((found) => !found.elsewhere).map((found) => [found.path, found]))]);
        expect.soft(faults, `${role}, ${language}`).toEqual([]);
        expect.soft(seen.size, `${role}, ${language}: kinds of pages`).toBeGreaterThan(10);
      });
    }
  }
  const table = await pagesTable(english);
  expect(await onRecord(table), "docs/pages.md is not true any more: look, then UPDATE=1").toBe(table);
});
