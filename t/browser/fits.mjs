/* What a page cuts off, and buttons that are too small for a finger: axe sees neither. */

/** @param {import('playwright-core').Page} page @returns {Promise<string[]>} */
export const misfits = (page) => page.evaluate(() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  /** @type {string[]} */
  const list = wide > 0 ? [`page ${wide} px too wide`] : [];
  for (const e of document.querySelectorAll('button, select, summary, .value, .words, td, th, dd, .chip')) {
    const b = e.getBoundingClientRect();
    const name = `${e.tagName} ${e.className} ${e.textContent?.slice(0, 20)}`;
    if (b.width && (b.left < -0.5 || b.right > innerWidth + 0.5)) {
      list.push(`${name} is outside`);
    }
    /* the whole row of a shot takes the press */
    if (b.width && e.matches('button:not(.plain), select, summary') && (b.width < 47.5 || b.height < 47.5)) {
      list.push(`${name} is ${b.width} x ${b.height}`);
    }
    if (b.width && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline') {
      list.push(`${name} overflows`);
    }
  }
  return list;
});
