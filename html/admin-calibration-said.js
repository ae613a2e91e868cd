/*
 * How the pages of calibration and camera speak: in the reader's language, and
 * of what went wrong in words of their own where they have them.
 */

import { WORDS } from './admin-calibration-words.js';
import { html } from './html.js';
import { speech } from './speech.js';
import { lang } from './words.js';

export const { say, number } = speech(WORDS, lang);

const instant = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { dateStyle: 'medium', timeStyle: 'short' });

/** @param {number} us */
export const when = (us) => instant.format(us / 1000);

/** @param {string} name */
export const knows = (name) => Object.hasOwn(WORDS[lang], name);

/** What a refusal comes to in words: ours for its title, the lane's own for what only that knows.
 * @param {any} error of ask() */
export function refusalOf({ title = '', detail = '', type = '', errors = [] }) {
  return html`<b>${type && knows(`problem-${type}`) ? say(`problem-${type}`) : title.replace(/[^.!?]$/, '$&.')}</b> ${errors[0]?.detail ?? detail}`;
}
