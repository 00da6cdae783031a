// What axe must not find: anything of WCAG 2.2 AA.
import { AxeBuilder } from "@axe-core/playwright";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// What depends on colours and on the width of the window; all else is the same in every theme.
const looks = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"];

/**
 * Findings of axe on the page, one line each: of all rules, of those about its looks ("looks"), or of the others
 * ("words"), where the page was seen whole in another variant. No page here has a frame of another site, so axe may
 * stay in the page (legacy mode), which takes half the time.
 */
export async function findings(page, part = "all") {
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const asked = part === "looks" ? axe.withRules(looks) : axe.withTags(tags);
  const { violations } = await (part === "words" ? asked.disableRules(looks) : asked).analyze();
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} ${n.failureSummary?.split("\n")[1]?.trim() ?? ""}`));
}

/** How many pixels the page is wider than its window. */
export const overhang = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
