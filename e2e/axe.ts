import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/**
 * Gives what keeps people out of what the page shows now: each violated rule with the elements that violate it.
 * `exclude` is a selector of what is looked through elsewhere.
 */
export async function barriersOf(
  page: Page,
  { exclude, isSerious = false }: { exclude?: string; isSerious?: boolean } = {},
): Promise<[rule: string, ...html: string[]][]> {
  // No page of ours holds frames. Without them to gather, axe opens no page of its own, and of what is well it need
  // not describe every element: half the time.
  const builder = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ["violations"] });
  if (exclude !== undefined) builder.exclude(exclude);
  const { violations, passes } = await builder.analyze();
  // It has looked.
  expect(passes.length).toBeGreaterThan(10);
  return violations
    .filter(({ impact }) => !isSerious || impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)]);
}
