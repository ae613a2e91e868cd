/* English that is left on a page that speaks German. */

import { TABLE as DE } from '../../html/de.js';
import { MORE } from '../../html/tongue.js';

/** What German texts do not say. */
const ENGLISH = '\\b(the|and|of|is|are|not|with|for|your|you|this|that|shots?|lanes?|camera|what|when|who|has|have|by|from)\\b';

/** Everything that is shown or read out, but what the server says (as a test's lane does).
 * @param {import('playwright-core').Page} page @param {string} [data] selector of what is data
 * @returns {Promise<string[]>} */
export async function english(page, data = 'x') {
  const tables = [DE, ...await Promise.all(Object.values(MORE).map(async (load) => (await load()).TABLE))];
  const names = tables.flatMap((table) => Object.entries(table).filter(([en, de]) => en !== de).map(([en]) => en));
  const german = tables.flatMap((table) => Object.values(table));
  return page.evaluate(([known, also, pattern, skipped]) => {
    const there = new Set(/** @type {string[]} */ (known));
    const fine = new Set(/** @type {string[]} */ (also));
    const bad = new RegExp(String(pattern), 'i');
    /** @type {string[]} */
    const found = [];
    const look = (/** @type {string | null} */ text) => {
      const words = (text ?? '').replace(/\s+/g, ' ').trim();
      if (!fine.has(words) && (there.has(words) || bad.test(words))) {
        found.push(words);
      }
    };
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      (node instanceof Element && node.matches(`script, style, noscript, [lang=en]:not(html), ${skipped}`)
        ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Element) {
        ['aria-label', 'title', 'placeholder', 'alt', 'label'].forEach((name) => look(/** @type {Element} */ (node).getAttribute(name)));
      } else {
        look(node.nodeValue);
      }
    }
    return found;
  }, [names, german, ENGLISH, data]);
}
