/*
 * What this device keeps from visit to visit, where its browser allows that,
 * and the theme and the language, which all pages share.
 */

import { setText } from './html.js';
import { languageButton } from './language.js';
import { say } from './words.js';

const VIEW = 'gmshoot.view';

/** @param {string} [key] @returns {any} an object, empty when nothing was kept */
export function kept(key = VIEW) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') ?? {};
  } catch {
    return {};
  }
}

/** Keeps these beside what is kept already. @param {object} more @param {string} [key] */
export function keep(more, key = VIEW) {
  try {
    localStorage.setItem(key, JSON.stringify({ ...kept(key), ...more }));
  } catch {
    /* a private window forgets */
  }
}

/** Shows the theme that was kept, and lets a button change it; another beside it the language.
 * @param {Element} button @param {{ sun: string, dark: string }} [words] of the other one */
export function themed(button, words = { sun: say`Sun`, dark: say`Dark` }) {
  const { dataset } = document.documentElement;
  /** @param {string} theme */
  const show = (theme) => {
    dataset.theme = theme;
    setText(button, theme === 'sun' ? words.dark : words.sun);
  };
  show(kept().theme === 'sun' ? 'sun' : 'dark');
  button.before(languageButton());
  button.addEventListener('click', () => {
    show(dataset.theme === 'sun' ? 'dark' : 'sun');
    keep({ theme: dataset.theme });
  });
}
