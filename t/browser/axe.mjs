/* What axe finds on a page: its rules of WCAG 2.2 and its own best practice. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * @param {import('playwright-core').Page} page
 * @param {string} [theme] that is put on first
 * @returns {Promise<string[]>} a line for each rule that is broken
 */
export async function violations(page, theme) {
  if (!await page.evaluate('!!globalThis.axe')) {
    await page.evaluate(AXE);
  }
  return page.evaluate(async ([wished, rules]) => {
    if (wished) {
      document.documentElement.dataset.theme = String(wished);
    }
    const found = await /** @type {any} */ (globalThis).axe.run(document, { runOnly: rules });
    return found.violations.map((/** @type {any} */ v) =>
      `${v.id}: ${v.nodes.map((/** @type {any} */ n) => n.html.slice(0, 120)).join(' | ')}`);
  }, /** @type {[string | undefined, string[]]} */ ([theme, RULES]));
}
