/*
 * Another language than English: takes the English of html`...` and say`...`
 * as the name of what is said instead, with {0}, {1}... for the values.  What it
 * has no words for stays English.
 */

/** @typedef {Record<string, string>} Table */
/** @typedef {[readonly string[], unknown[]]} Pieces what stands around the values, and these */

/** What is read out or shown of a tag. */
const ATTRIBUTES = / (aria-label|title|placeholder|alt|label)="([^"]+)"/g;

/** Markup, piece by piece: a tag or what stands between two. */
const PARTS = /<[^>]*>|[^<]+/g;

/** Words of some pages alone. @type {Record<string, () => Promise<{ TABLE: Table }>>} */
export const MORE = {
  admin: () => import('./de-range.js'), coach: () => import('./de-range.js'), camera: () => import('./de-camera.js'),
  join: () => import('./de-camera.js'), trust: () => import('./de-camera.js'), reference: () => import('./de-reference.js'),
};

/** @param {readonly string[]} strings */
const joined = (strings) => strings.reduce((text, piece, i) => `${text}{${i - 1}}${piece}`);

/** The name under which words stand in a table. @param {string} text */
export const nameOf = (text) => text.replace(/\s+/g, ' ').trim();

/** Words with the space around them as it was, their values counted from 0.
 * @param {string} text @param {(name: string) => string} other */
const within = (text, other) => text.replace(/\S(.*\S)?/s, (words) => {
  const values = [...words.matchAll(/\{\d+\}/g)].map(String);
  let n = 0;
  return other(nameOf(words.replace(/\{\d+\}/g, () => `{${n++}}`)))
    .replace(/\{(\d+)\}/g, (_, i) => values[i]);
});

/** All that there is to say of a piece of markup. @param {string} markup
 * @param {(name: string) => string} other what is said instead */
export function translated(markup, other) {
  const text = (/** @type {string} */ part) =>
    (/\p{L}/u.test(part.replace(/&\w+;/g, '')) ? within(part, other) : part);
  return markup.replace(PARTS, (part) => (part[0] === '<'
    ? part.replace(ATTRIBUTES, (_, name, words) => ` ${name}="${text(words)}"`) : text(part)));
}

export class Tongue {
  /** What templates became. @type {WeakMap<readonly string[], { strings: string[], order: number[] }>} */
  known = new WeakMap();

  /** @type {Map<number, Intl.NumberFormat>} */
  formats = new Map();

  /** @param {string} lang @param {Table} table */
  constructor(lang, table) {
    this.lang = lang;
    this.table = table;
  }

  /** @param {string} name */
  other(name) {
    return Object.hasOwn(this.table, name) ? this.table[name] : name;
  }

  /** @param {Pieces[0]} strings @param {unknown[]} values @param {(text: string) => string} turn @returns {Pieces} */
  turned(strings, values, turn) {
    let known = this.known.get(strings);
    if (!known) {
      const parts = turn(joined(strings)).split(/\{(\d+)\}/);
      known = { strings: parts.filter((_, i) => i % 2 === 0), order: parts.filter((_, i) => i % 2).map(Number) };
      this.known.set(strings, known);
    }
    return [known.strings, known.order.map((i) => values[i])];
  }

  /** @param {Pieces[0]} strings @param {unknown[]} values */
  words(strings, values) {
    return this.turned(strings, values, (text) => within(text, (name) => this.other(name)));
  }

  /** @param {Pieces[0]} strings @param {unknown[]} values */
  markup(strings, values) {
    return this.turned(strings, values, (text) => translated(text, (name) => this.other(name)));
  }

  /** Words that few readers meet. @param {string} name */
  async more(name) {
    Object.assign(this.table, (await import(`./${this.lang}-${name}.js`)).TABLE);
  }

  /** @param {unknown} text with the numbers, quoted names and folders of this time @param {string} [code] of what it is the title of @returns {any} */
  told(text, code) {
    if (code) {
      return this.other(`${code}: ${text}`).replace(`${code}: `, '');
    }
    /** @type {string[]} */
    const values = [];
    const name = String(text).replace(/"([^"]*)"|( )(\/\S+)|\d+(?:\.\d+)?/g, (v, quoted, space = '', folder = undefined) => {
      const place = `{${values.push(quoted ?? folder ?? v.replace('.', ',')) - 1}}`;
      return quoted === undefined ? space + place : `"${place}"`;
    });
    return Object.hasOwn(this.table, name) ? this.table[name].replace(/\{(\d+)\}/g, (_, i) => values[i]) : text;
  }

  /** @param {number} value @param {number} digits */
  number(value, digits) {
    let format = this.formats.get(digits);
    if (!format) {
      format = new Intl.NumberFormat(this.lang, {
        minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false,
      });
      this.formats.set(digits, format);
    }
    return format.format(value);
  }

  /** What stands in the page itself. @param {Node} node */
  page(node) {
    if (node instanceof Text) {
      node.data = within(node.data, (name) => this.other(name));
    } else if (node instanceof Element && !['SCRIPT', 'STYLE'].includes(node.tagName)) {
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'label']) {
        const words = node.getAttribute(name);
        if (words) {
          node.setAttribute(name, this.other(words));
        }
      }
      node.childNodes.forEach((child) => this.page(child));
    }
  }
}

/** @param {string} lang */
export async function learn(lang) {
  const root = document.documentElement;
  const tables = await Promise.all([import(`./${lang}.js`), import(`./${lang}-server.js`), import(`./${lang}-library.js`), MORE[root.dataset.page ?? '']?.()]);
  const tongue = new Tongue(lang, Object.assign({}, ...tables.map((t) => t?.TABLE)));
  tongue.page(root);
  return tongue;
}
