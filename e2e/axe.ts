// What a screen reader and weak eyes need of a page, asked of axe.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/**
 * What axe finds wrong with the page as it stands, one line for each rule; `grave` leaves out what it calls minor or moderate.
 * Every rule is asked, and in the page itself: there are no frames here, for whose sake axe would carry its findings elsewhere.
 */
export async function axeComplaints(page: Page, which: "all" | "grave"): Promise<string[]> {
  // A colour on its way from one theme to the other is nobody's to read.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().flatMap((each) => (each.effect?.getTiming().iterations === Infinity ? [] : [each.finished]))));
  const there = await page.evaluate(() => "axe" in window);
  const builder = new AxeBuilder(there ? { page, axeSource: ";" } : { page });
  const { violations } = await builder
    .setLegacyMode(true)
    .options({ resultTypes: ["violations"] })
    .analyze();
  const told = which === "all" ? violations : violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return told.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}
