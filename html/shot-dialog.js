/*
 * <shot-dialog>: one shot with its evidence: the picture before and after it
 * with the fitted hole, and how sure the lane is.  Fetched when asked for.
 */

import { call, laneUrl, newKey } from './api.js';
import { onHold } from './hold.js';
import { fill, find, html, style } from './html.js';
import { store } from './store.js';
import './shot-protest.js';
import { clockWords, scoreText, shotNotes, timeText } from './text.js';
import { offerUndo } from './undo.js';
import { number, say } from './words.js';

await style('dialogs.css');

class ShotDialog extends HTMLElement {
  /** @type {import('./types').Shot | undefined} */
  shot;

  connectedCallback() {
    fill(this, html`<dialog class="wide" aria-labelledby="shot-title"><form method="dialog">
      <h2 id="shot-title" tabindex="-1" autofocus></h2><div class="content"></div>
      <shot-protest></shot-protest><div class="correct"></div><p class="error" role="alert" hidden></p>
      <div class="row"><button type="button" data-do="older">‹ Older</button>
      <button type="button" data-do="newer">Newer ›</button>
      <button type="submit" class="main">Close</button></div></form></dialog>`);
    this.addEventListener('click', (event) => {
      const what = /** @type {HTMLElement} */ (event.target).closest('[data-do]');
      if (what) {
        this.step(what.getAttribute('data-do') === 'older' ? -1 : 1);
        return;
      }
      const how = /** @type {HTMLElement} */ (event.target).closest('[data-correct]');
      if (how) {
        this.correct(how.getAttribute('data-correct') ?? '');
      }
    });
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
        event.preventDefault(); /* a word half written closes nothing */
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
    find(this, '.error').hidden = true;
    fill(find(this, '.correct'), corrections(shot));
    /** @type {import('./shot-protest.js').ShotProtest} */ (find(this, 'shot-protest')).show(shot);
    const take = /** @type {HTMLElement | null} */ (this.querySelector('.take'));
    if (take) {
      onHold(take, () => this.correct('remove'));
    }
    this.tell(shot);
    fill(find(this, 'h2'), html`Shot ${shot.n}`);
    fill(find(this, '.content'), html`<p class="result"><b>${scoreText(shot.score_tenths, shot.ring,
      store.decimal)}${shot.inner && '×'}</b>${whereWords(shot)}, at
      ${timeText(shot.t_us)}</p><div class="history"></div>
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

  /** Who said what of it, and what it was. @param {import('./types').Shot} shot */
  async tell(shot) {
    if (!shot.corrected) {
      return;
    }
    try {
      const { session, original, corrections: said } = await call('GET',
        laneUrl(store.lane, `/shots/${shot.n}`));
      if (this.shot === shot && session === store.doc?.session?.id) {
        fill(find(this, '.history'), html`<ul class="small"><li>It came as ${scoreText(
          original.score_tenths, original.ring, store.decimal)}</li>${said.map(wordOf)}</ul>`);
      }
    } catch {
      /* the shot is shown all the same */
    }
  }

  /** @param {string} what remove, restore, count or score */
  async correct(what) {
    const shot = /** @type {import('./types').Shot} */ (this.shot);
    const said = (/** @type {string} */ name) => /** @type {HTMLInputElement | null} */ (
      this.querySelector(`.correct [name="${name}"]`))?.value.trim() ?? '';
    const error = find(this, '.error');
    const session = store.doc?.session?.id;
    const author = said('author') && { author: said('author') };
    const post = (/** @type {object} */ body) =>
      call('POST', laneUrl(store.lane, `/shots/${shot.n}/corrections`), { session, ...author, ...body }, newKey());
    try {
      await post({ what, base: shot.seq, reason: said('reason'), ...(what === 'score' && worth(said('worth'))) });
      if (what === 'remove') {
        offerUndo(say`Shot ${shot.n} taken back`, () => post({ what: 'restore', reason: say`a mistake`,
          base: store.shots.find(({ n }) => n === shot.n)?.seq }), () => store.doc?.session?.id === session);
      }
    } catch (refused) {
      const { title, detail } = /** @type {import('./api.js').ApiError} */ (refused);
      fill(error, html`<b>${title}</b> ${detail}`);
      error.hidden = false;
    }
  }
}

/** A zone by its name, or a value. @param {string} text */
const worth = (text) => (store.doc?.face.zones?.some(({ name }) => name === text)
  ? { zone: text } : { value: Number(text.replace(',', '.') || NaN) });

/** @type {Record<string, string>} */
const DONE = { remove: say`taken back`, restore: say`brought back`, score: say`scored`, gauge: say`gauged`,
  move: say`moved`, ignore: say`ignored`, count: say`counted`, add: say`added` };

/** One correction in words. @param {any} said of docs/corrections.md */
const wordOf = ({ what, author, reason, t_us, now }) => html`<li>${DONE[what] ?? what}${
  ['score', 'gauge', 'move'].includes(what) && html` to ${scoreText(now.score_tenths, now.ring,
    store.decimal)}`} by ${author}, ${timeText(t_us)}: ${reason}</li>`;

/** @param {import('./types').Shot} shot */
const whereWords = ({ x_mm, y_mm, unplaced }) => (unplaced ? say`scored by hand`
  : say`${clockWords(x_mm, y_mm)}, ${number(Math.hypot(x_mm, y_mm), 1)} mm from the centre`);

/** What a person may say of a shot. @param {import('./types').Shot} shot */
function corrections(shot) {
  const official = (store.doc?.session?.competition || shot.window) && html`<label>Official
    <input name="author" maxlength="63" autocomplete="off"></label>`;
  return html`<details><summary>Correct it</summary><label>Why
    <input name="reason" maxlength="127" autocomplete="off"></label>${official}
    <div class="row">${shot.removed
    ? html`<button type="button" data-correct="restore">Bring it back</button>`
    : html`<button type="button" class="take">Not a shot</button>
      ${shot.window && html`<button type="button" data-correct="count">Count it</button>`}
      <label>Value <input name="worth" size="4" autocomplete="off"></label>
      <button type="button" data-correct="score">Score by hand</button>`}</div></details>`;
}

/** How exactly the place is known. @param {import('./types').Shot} shot */
function sureness(shot) {
  const error = Math.hypot(shot.x_error_mm, shot.y_error_mm);
  return error > 0 && html`<p>The place is known to ±${number(error, 2)} mm; that it is a shot, to
    ${Math.round(100 * shot.confidence)} %.</p>`;
}

customElements.define('shot-dialog', ShotDialog);
