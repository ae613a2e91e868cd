/*
 * Words of a page in the language of its reader, and figures as people there
 * write them.  Pure functions, no DOM.
 */

/** @typedef {Record<string, Record<string, string>>} Words by language and name */

/** The first language that a page speaks. @param {Words} words @param {readonly (string | null)[]} wished */
export const languageOf = (words, wished) => wished.map((l) => (l ?? '').slice(0, 2).toLowerCase())
  .find((l) => Object.hasOwn(words, l)) ?? 'en';

/**
 * What says words and figures in a language.
 *
 * @param {Words} all
 * @param {string} lang
 */
export function speech(all, lang) {
  const words = all[lang];
  /** @type {Map<number, Intl.NumberFormat>} */
  const formats = new Map();
  const day = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { day: 'numeric', month: 'short', year: 'numeric' });
  /** @param {number | null | undefined} value @param {number} digits */
  const number = (value, digits) => {
    if (value === null || value === undefined || !Number.isFinite(value)) {
      return '–';
    }
    if (!formats.has(digits)) {
      formats.set(digits, new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
    }
    return /** @type {Intl.NumberFormat} */ (formats.get(digits)).format(value);
  };
  return {
    lang, number,
    /** @param {string} name @param {Record<string, string | number>} [values] */
    say: (name, values = {}) => Object.entries(values).reduce((text, [k, v]) => text.replaceAll(`{${k}}`, () => String(v)),
      words[name] ?? name),
    /** @param {number} us */
    day: (us) => day.format(us / 1000),
    /** Sum of a session, in rings where the target counts these.
     * @param {any} row @param {any} face */
    total: (row, face) => (face?.count === 'integer' ? number(row.total_rings, 0) : number(row.total_tenths / 10, 1)),
  };
}
