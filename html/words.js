/*
 * The language of the page.  English words stand where they are used, in
 * html`...` and say`...`; those of another language come first, and then the
 * page's own module, which <html data-page> names.
 */

/** What makes the page an app comes when it is painted. */
const INSTALL_MS = 2000;

const LANGUAGES = ['en', 'de'];
export const KEPT = 'gmshoot.lang';

/** None in a test without a browser. */
const root = globalThis.document?.documentElement;

/** What the address says, what this device keeps, what its browser prefers. */
function chosen() {
  let kept;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    /* forbidden */
  }
  return [new URLSearchParams(location.search).get('lang'), kept, ...navigator.languages]
    .map((l) => `${l}`.slice(0, 2).toLowerCase()).find((l) => LANGUAGES.includes(l));
}

export const lang = root && chosen() || 'en';

/** @type {import('./tongue.js').Tongue | null} null: English */
export let tongue = null;

/** Words outside of markup. @param {readonly string[]} strings @param {...unknown} values */
export function say(strings, ...values) {
  [strings, values] = tongue?.words(strings, values) ?? [strings, values];
  return strings.reduce((text, piece, i) => text + values[i - 1] + piece);
}

/** What the server said. @template T @param {T} text @param {string} [code] @returns {T | string} */
export const told = (text, code) => tongue?.told(text, code) ?? text;

/** @param {number} value @param {number} digits */
export const number = (value, digits) => tongue?.number(value, digits) ?? value.toFixed(digits);

if (root) {
  if (location.protocol === 'https:') {
    setTimeout(() => import('./install.js'), INSTALL_MS);
  }
  const begin = () => root.dataset.page && import(`./${root.dataset.page}.js`);
  root.lang = lang;
  if (lang === 'en') {
    begin();
  } else {
    import('./tongue.js').then(async ({ learn }) => {
      tongue = await learn(lang);
    }).catch(() => {}).then(begin);
  }
}
