/*
 * A button that does what it says only when it is held for a second, by a
 * finger or by a key; a screen reader's click has to come twice.
 */

import { style } from './html.js';
import { say } from './words.js';

style('hold.css');

const HOLD_MS = 1000;
const TWICE_MS = 5000;

/** A press that was too short is told so for this long. */
const HINT_MS = 1500;

/** @param {HTMLElement} button @param {() => unknown} done */
export function onHold(button, done) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = -Infinity;
  let byHand = false;
  const begin = () => {
    clearTimeout(timer);
    byHand = true;
    button.classList.remove('short');
    button.classList.add('held');
    timer = setTimeout(() => {
      button.classList.remove('held');
      done();
    }, HOLD_MS);
  };
  const end = () => {
    clearTimeout(timer);
    if (button.classList.contains('held')) {
      button.classList.replace('held', 'short');
      timer = setTimeout(() => button.classList.remove('short'), HINT_MS);
    }
  };
  button.classList.add('hold');
  button.title = say`Hold for a second`;
  button.addEventListener('pointerdown', (event) => event.button === 0 && begin());
  for (const name of ['pointerup', 'pointerleave', 'pointercancel', 'blur', 'keyup']) {
    button.addEventListener(name, end);
  }
  button.addEventListener('contextmenu', (event) => event.preventDefault()); /* of a long touch */
  button.addEventListener('keydown', (event) => {
    if (['Enter', ' '].includes(event.key)) {
      event.preventDefault();
      if (!event.repeat) {
        begin();
      }
    }
  });
  button.addEventListener('click', (event) => {
    const now = performance.now();
    if (!byHand && event.detail === 0 && now - asked < TWICE_MS) {
      done();
    }
    asked = byHand ? -Infinity : now;
    byHand = false;
  });
}
