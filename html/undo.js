/*
 * What was done by mistake is undone for a minute: a line over the actions, or
 * in the dialog that it was done in.  Fetched with what can be undone.
 */

import { fill, find, html, setText, style } from './html.js';
import { store } from './store.js';
import { say } from './words.js';

await style('undo.css');

const UNDO_S = 60;

/** How long it says that it is done. */
const DONE_MS = 2500;

class UndoLine extends HTMLElement {
  until = 0;

  /** @type {() => Promise<unknown>} */
  undo = () => Promise.resolve();

  /** @type {() => boolean} */
  still = () => true;

  /** In which it was offered, until that is closed. @type {HTMLDialogElement | null} */
  dialog = null;

  /** @type {ReturnType<typeof setInterval> | undefined} */
  timer;

  constructor() {
    super();
    store.subscribe(() => this.isConnected && this.update());
  }

  /** @param {string} words @param {() => Promise<unknown>} undo @param {() => boolean} still */
  offer(words, undo, still) {
    this.enter(document.querySelector('dialog[open]'));
    Object.assign(this, { undo, still, until: Date.now() + UNDO_S * 1000 });
    fill(this, html`<p role="status">${words}</p><button type="button" data-undo>Undo
      <span aria-hidden="true"></span></button>
      <button type="button" class="plain" aria-label="Dismiss">×</button>`);
    find(this, '[data-undo]').addEventListener('click', () => this.press());
    find(this, '.plain').addEventListener('click', () => this.remove());
    this.tick();
  }

  /** A dialog that is open shuts everything outside of it.  It stands in the middle no more, but where it is: so
   * it grows downwards, and no button moves from under a finger. @param {HTMLDialogElement | null} dialog */
  enter(dialog) {
    this.dialog = dialog;
    if (dialog) {
      const { top } = dialog.getBoundingClientRect();
      Object.assign(dialog.style, { marginTop: `${top}px`, maxHeight: `calc(100dvh - ${top}px)` });
      dialog.addEventListener('close', () => {
        Object.assign(dialog.style, { marginTop: '', maxHeight: '' });
        this.dialog = null;
      }, { once: true });
    }
  }

  tick() {
    clearTimeout(this.timer);
    if (this.parentElement !== (this.dialog ?? find(document, '.side'))) {
      this.dialog ? this.dialog.append(this) : find(document, 'lane-actions').before(this);
    }
    this.timer = setTimeout(() => this.isConnected && this.tick(), 250);
    this.update();
  }

  update() {
    const left = Math.ceil((this.until - Date.now()) / 1000);
    const seconds = this.querySelector('[data-undo] span');
    if (left <= 0 || !this.still()) {
      this.remove();
    } else if (seconds) {
      setText(seconds, `${left} s`);
    }
  }

  async press() {
    const button = find(this, '[data-undo]');
    button.toggleAttribute('disabled', true);
    try {
      await this.undo();
      document.querySelectorAll('dialog[open]').forEach((d) => /** @type {HTMLDialogElement} */ (d).close());
      fill(this, html`<p role="status">${say`Undone`}</p>`);
      Object.assign(this, { until: Date.now() + DONE_MS, still: () => true });
    } catch (error) {
      const { title, detail } = /** @type {import('./api.js').ApiError} */ (error);
      fill(find(this, 'p'), html`<span class="error"><b>${title}</b> ${detail}</span>`);
      button.toggleAttribute('disabled', false);
    }
  }
}

customElements.define('undo-line', UndoLine);
const line = new UndoLine();

/**
 * Offers to undo what was done just now, in the place of what was offered
 * before.
 *
 * @param {string} words what was done
 * @param {() => Promise<unknown>} undo
 * @param {() => boolean} [still] false: it cannot be undone any more
 */
export function offerUndo(words, undo, still = () => true) {
  line.offer(words, undo, still);
}
