/*
 * The keyboard: one table for the keys and for the help that lists them.
 */

/** Key, what it does, the intent it stands for. @type {[string, string, string][]} */
export const KEYS = [
  ['+', 'closer', 'in'],
  ['-', 'further away', 'out'],
  ['0', 'zoom by itself', 'auto'],
  ['v', 'camera picture or plot', 'picture'],
  ['a', 'this series alone or all shots', 'only'],
  ['d', 'tenths or whole rings', 'decimal'],
  ['n', 'start a session', 'start'],
  ['p', 'pause and resume', 'pause'],
  ['e', 'end the session', 'end'],
  ['i', 'the last shot with its picture', 'evidence'],
  ['w', 'was there a shot?', 'doubt'],
  ['r', 'new or pasted paper', 'paper'],
  ['c', 'check camera and target', 'calibrate'],
  ['s', 'speak scores', 'voice'],
  ['t', 'dark or sun theme', 'theme'],
  ['f', 'full screen', 'full'],
  ['?', 'this list', 'help'],
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
