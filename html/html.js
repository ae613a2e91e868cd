/*
 * html`...`: a template whose values are escaped, unless they come from
 * another html`...`.  Arrays are joined; null, undefined and false vanish.
 * Its own words are said in the language of the page.
 */

import { tongue } from './words.js';

/** Text that is markup already. */
export class Markup {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/** @type {Record<string, string>} */
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** @param {unknown} value @returns {string} */
export function escape(value) {
  return String(value).replace(/[&<>"']/g, (c) => ENTITIES[c]);
}

/** @param {unknown} value @returns {string} */
function piece(value) {
  if (value === null || value === undefined || value === false) {
    return '';
  }
  if (value instanceof Markup) {
    return value.text;
  }
  return Array.isArray(value) ? value.map(piece).join('') : escape(value);
}

/**
 * @param {readonly string[]} strings
 * @param {...unknown} values
 * @returns {Markup}
 */
export function html(strings, ...values) {
  [strings, values] = tongue?.markup(strings, values) ?? [strings, values];
  let text = strings[0];
  for (let i = 0; i < values.length; i++) {
    text += piece(values[i]) + strings[i + 1];
  }
  return new Markup(text);
}

/** Replaces what is in el. @param {Element} el @param {Markup} markup */
export function fill(el, markup) {
  el.innerHTML = markup.text;
}

/**
 * The element inside root that the page itself has put there; its absence is
 * an error of the page.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {T}
 */
export function find(root, selector) {
  const el = root.querySelector(selector);
  if (!el) {
    throw new Error(`no ${selector}`);
  }
  return /** @type {T} */ (/** @type {unknown} */ (el));
}

/** Writes text only where it changes: cheap, and quiet for screen readers.
 * @param {Element} el @param {string} text */
export function setText(el, text) {
  if (el.textContent !== text) {
    el.textContent = text;
  }
}

/** Adds a style sheet to the page, once, and waits for it.
 * @param {string} href @returns {Promise<void>} */
export async function style(href) {
  if (!document.querySelector(`link[href="${href}"]`)) {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = href;
    await new Promise((done) => {
      link.onload = done;
      link.onerror = done; /* plain, but it works */
      document.head.append(link);
    });
  }
}
