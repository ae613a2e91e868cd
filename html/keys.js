/*
 * The keyboard: one table for the keys and for the help that lists them.
 */

import { say } from './words.js';

/** Key, what it does, the intent it stands for. @type {[string, string, string][]} */
export const KEYS = [
  ['+', say`closer`, 'in'],
  ['-', say`further away`, 'out'],
  ['0', say`zoom by itself`, 'auto'],
  ['v', say`camera picture or plot`, 'picture'],
  ['a', say`this series alone or all shots`, 'only'],
  ['m', say`what is shown, and when`, 'view'],
  ['d', say`tenths or whole rings`, 'decimal'],
  ['n', say`start a session`, 'start'],
  ['p', say`pause and resume`, 'pause'],
  ['e', say`end the session`, 'end'],
  ['i', say`the last shot with its picture`, 'evidence'],
  ['w', say`was there a shot?`, 'doubt'],
  ['r', say`new or pasted paper`, 'paper'],
  ['c', say`check camera and target`, 'calibrate'],
  ['s', say`speak scores`, 'voice'],
  ['t', say`dark or sun theme`, 'theme'],
  ['f', say`full screen`, 'full'],
  ['?', say`this list`, 'help'],
];

/** The intent of a key press, '' for none: not while somebody types, and never
 * with Ctrl, Alt or Meta. @param {KeyboardEvent} event */
export function intentOf(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.altKey || event.metaKey
      || target.closest?.('input, select, textarea')) {
    return '';
  }
  const key = event.key === '=' ? '+' : event.key.toLowerCase();
  return KEYS.find((k) => k[0] === key)?.[2] ?? '';
}
