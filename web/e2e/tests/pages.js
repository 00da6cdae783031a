// docs/pages.md: each page and who can reach it by pressing links, in how many steps, with how many fields to fill.
import { readFile, writeFile } from "node:fs/promises";
import { firstHours } from "./people.js";
import { root } from "./program.js";

const file = root + "docs/pages.md";

/** The page routes with what each is for, from the table that is generated from the code. */
async function routes() {
  const table = await readFile(root + "docs/access.md", "utf8");
  return [...table.matchAll(/^\| web \| `GET (\S+)` \| [^|]+ \| ([^|]+) \|$/gm)].map(([, path, what]) => ({
    path, what: what.trim(), shape: new RegExp(`^${path.replace(/[.+]/g, "\\$&").replace(/:\w+/g, "[^/]+")}$`),
  }));
}

/** The table, from the English walks: [role, Map of path -> {steps, fields}]. */
export async function pagesTable(walks) {
  const rows = new Map();
  for (const route of await routes()) rows.set(route.path, { ...route, by: {} });
  const literal = (route) => route.path.split("/").filter((part) => !part.includes(":")).length;
  for (const [role, seen] of walks) {
    for (const [path, found] of seen) {
      const [route] = [...rows.values()].filter((r) => r.shape.test(path.replace(/\?.*/, ""))).sort((a, b) => literal(b) - literal(a));
      if (route) route.by[role] ??= found;
    }
  }
  const roles = walks.map(([role]) => role);
  const lines = [...rows.values()].filter((r) => Object.keys(r.by).length > 0).sort((a, b) => (a.path < b.path ? -1 : 1)).map((r) =>
    `| \`${r.path}\` | ${r.what} | ${roles.map((role) => r.by[role]?.steps ?? "").join(" | ")} | ${Math.max(...Object.values(r.by).map((f) => f.fields)) || ""} |`);
  return `# Pages

Who reaches which page by pressing links, and in how many steps from where they arrive: a guest at the first page, a shared link or the receipt in a mail;
everybody else at the first page of their role. The last column counts the fields that can be filled in. Written by the crawler (web/e2e/tests/crawler.spec.js)
when \`UPDATE=1\` is set, and compared by it otherwise. Pages that everybody has are walked as a guest alone.

## First hours
Counted in screens, by one rule (web/e2e/tests/people.js): each page of ours that stands in the window, from the first to the one that has what the person came
for, both included. Pages of others count for nobody: neither the mailbox, nor the hosted checkout.

| from | to | screens | |
|---|---|---|---|
| sign-up | the link to share | ${firstHours.link} | and the mailbox |
| a product's link, as a guest | the first lesson | ${firstHours.lesson} | ${firstHours.lessonWithCheckout} with the hosted checkout |

## Who reaches what

| page | what it is for | ${roles.join(" | ")} | fields |
|---|---|${roles.map(() => "---|").join("")}---|
${lines.join("\n")}
`;
}

/** What the file says; with UPDATE=1 it says the new text first. */
export async function onRecord(text) {
  if (process.env.UPDATE) await writeFile(file, text);
  return readFile(file, "utf8");
}
