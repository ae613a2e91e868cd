/*
 * <shot-dialog>: one shot with its evidence: the picture before and after it
 * with the fitted hole, and how sure the lane is.  Fetched when asked for.
 */

import { fill, find, html, style } from './html.js';
import { store } from './store.js';
import { clockWords, scoreText, shotNotes, timeText } from './text.js';

await style('dialogs.css');

class ShotDialog extends HTMLElement {
  /** @type {import('./types').Shot | undefined} */
  shot;

  connectedCallback() {
    fill(this, html`<dialog class="wide" aria-labelledby="shot-title"><form method="dialog">
      <h2 id="shot-title" tabindex="-1" autofocus></h2><div class="content"></div>
      <div class="row"><button type="button" data-do="older">‹ Older</button>
      <button type="button" data-do="newer">Newer ›</button>
      <button type="submit" class="main">Close</button></div></form></dialog>`);
    this.addEventListener('click', (event) => {
      const what = /** @type {HTMLElement} */ (event.target).closest('[data-do]');
      if (what) {
        this.step(what.getAttribute('data-do') === 'older' ? -1 : 1);
      }
    });
    store.subscribe((change) => {
      if (this.dialog.open && (change.kind === 'reset' || change.kind === 'removed')) {
        this.show(this.shot?.n ?? 0);
      }
    });
  }

  get dialog() {
    return /** @type {HTMLDialogElement} */ (find(this, 'dialog'));
  }

  /** @param {number} by to the next shot, -1 to the one before */
  step(by) {
    const at = store.shots.findIndex((shot) => shot.n === this.shot?.n);
    const next = store.shots[at + by];
    if (next) {
      this.show(next.n);
    }
  }

  /** @param {number} n number of the shot in the session */
  show(n) {
    const at = store.shots.findIndex((shot) => shot.n === n);
    const shot = store.shots[at];
    this.shot = shot;
    if (!shot) {
      this.dialog.close();
      return;
    }
    const notes = shotNotes(shot);
    fill(find(this, 'h2'), html`Shot ${shot.n}`);
    fill(find(this, '.content'), html`<p class="result"><b>${scoreText(shot.score_tenths, shot.ring,
      store.decimal)}${shot.inner && '×'}</b>${clockWords(shot.x_mm, shot.y_mm)},
      ${Math.hypot(shot.x_mm, shot.y_mm).toFixed(1)} mm from the centre, at
      ${timeText(shot.t_us)}</p>
      <figure><img alt="Before the shot, after it, and the hole as it was fitted"
        src="/api/sessions/${encodeURIComponent(store.doc?.session?.id ?? '')}/shots/${shot.n}.jpg">
      <figcaption class="small">Before the shot, after it, and the hole as it was
        fitted.</figcaption></figure>
      ${sureness(shot)}
      ${notes.length > 0 && html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`}`);
    const image = find(this, 'img');
    image.addEventListener('error', () => {
      fill(find(this, 'figure'), html`<p class="small">No picture of this shot was kept.</p>`);
    });
    find(this, '[data-do="older"]').toggleAttribute('disabled', at === 0);
    find(this, '[data-do="newer"]').toggleAttribute('disabled', at === store.shots.length - 1);
    if (!this.dialog.open) {
      this.dialog.showModal();
    }
  }
}

/** How exactly the place is known. @param {import('./types').Shot} shot */
function sureness(shot) {
  const error = Math.hypot(shot.x_error_mm, shot.y_error_mm);
  return error > 0 && html`<p>The place is known to ±${error.toFixed(2)} mm; that it is a shot, to
    ${Math.round(100 * shot.confidence)} %.</p>`;
}

customElements.define('shot-dialog', ShotDialog);
