// What axe finds in a page.
import AxeBuilder from "@axe-core/playwright";

/**
 * Axe reports all that it has tried, in a page of its own, unless it is told otherwise: only what it finds, without
 * that page, comes several times as fast.
 * @param {import("@playwright/test").Page} page without frames
 * @param {{ include?: string, skip?: string[], only?: string[] }} [options] a selector of the part to look at; rules to leave out; the only
 *   rules to try
 * @returns {Promise<string[]>} each violation, with the first element
 */
export async function violationsOf(page, { include, skip = [], only } = {}) {
  const rules = Object.fromEntries(skip.map((rule) => [rule, { enabled: false }]));
  const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"], rules });
  if (include) axe.include(include);
  if (only) axe.withRules(only);
  const { violations } = await axe.setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}
