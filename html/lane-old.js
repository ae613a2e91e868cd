/*
 * <lane-old>: the holes that were in the paper when the session began, hollow on
 * the target and told as not counted; a tap on one, or the list of them, offers
 * to count it.  Fetched with the first of them.
 */

import { call, laneUrl, newKey } from './api.js';
import { fill, find, html, setText, style } from './html.js';
import { store } from './store.js';
import { mm } from './target.js';
import { clockWords } from './text.js';
import { offerUndo } from './undo.js';
import { number, say } from './words.js';

await style('lane-old.css');
await style('dialogs.css');

/** So near to one a tap means it, px: a finger is no needle. */
const NEAR_PX = 26;

/** @param {number[]} at */
const whereWords = ([x, y]) => say`${clockWords(x, y)}, ${number(Math.hypot(x, y), 1)} mm from the centre`;

class LaneOld extends HTMLElement {
  /** What was drawn. */
  shown = '';

  connectedCallback() {
    fill(this, html`<button type="button"></button><dialog aria-labelledby="old-title"><form method="dialog">
      <h2 id="old-title" tabindex="-1" autofocus>Holes that do not count</h2>
      <p class="small">They were in the paper when the session began. Who fired one in this session can have it counted:
        that is a correction, with its reason.</p>
      <label>Why <input name="reason" maxlength="127" autocomplete="off"></label><div class="official"></div>
      <ul class="holes-list"></ul><p class="error" role="alert" hidden></p>
      <div class="row"><button type="submit" class="main">Close</button></div></form></dialog>`);
    this.layer = document.createElementNS('http://www.w3.org/2000/svg', 'g');
    this.layer.classList.add('olds');
    find(document, 'lane-plot .shots').before(this.layer);
    find(this, 'button').addEventListener('click', () => this.open(this.holes));
    find(document, 'lane-plot svg').addEventListener('click', (event) => this.tapped(/** @type {MouseEvent} */ (event)));
    this.addEventListener('click', ({ target }) => {
      const button = /** @type {HTMLElement} */ (target).closest('[data-hole]');
      if (button) {
        this.count(/** @type {HTMLButtonElement} */ (button));
      }
    });
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
        event.preventDefault(); /* a word half written closes nothing */
      }
    });
    store.subscribe(({ kind }) => {
      if (['status', 'reset', 'session', 'shot'].includes(kind)) {
        this.update();
      }
    });
    this.update();
  }

  get dialog() {
    return /** @type {HTMLDialogElement} */ (find(this, 'dialog'));
  }

  /** Those that are no shot by now: the lane says so a moment later. @returns {number[][]} */
  get holes() {
    const { doc } = store;
    const near = (doc?.caliber_mm ?? 0) / 2;
    const bullOf = (/** @type {string} */ name) => doc?.face.bulls?.find((b) => b.name === name)?.at_mm ?? [0, 0];
    return store.open ? (doc?.old_holes ?? []).filter(([x, y]) => !store.shots.some((shot) => {
      const [at_x, at_y] = bullOf(shot.bull);
      return !shot.removed && !shot.unplaced && Math.hypot(shot.x_mm + at_x - x, shot.y_mm + at_y - y) < near;
    })) : [];
  }

  update() {
    const { holes } = this;
    const r = mm((store.doc?.caliber_mm ?? 0) / 2);
    const svg = holes.map(([x, y]) => `<g class="old-hole"><circle cx="${mm(x)}" cy="${mm(-y)}" r="${r}"/>`
      + `<circle cx="${mm(x)}" cy="${mm(-y)}" r="${r}"/></g>`).join('');
    if (svg !== this.shown && this.layer) {
      this.shown = svg;
      this.layer.innerHTML = svg;
    }
    this.hidden = holes.length === 0;
    setText(find(this, 'button'), holes.length === 1 ? say`1 hole is not counted` : say`${holes.length} holes are not counted`);
  }

  /** On a hole, unless a shot is nearer or is being called. @param {MouseEvent} event */
  tapped({ clientX, clientY }) {
    const svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (find(document, 'lane-plot svg')));
    const map = svg.getScreenCTM();
    if (!map || document.body.classList.contains('asked')) {
      return;
    }
    const far = (/** @type {number[]} */ [x, y]) => {
      const at = new DOMPoint(x, -y).matrixTransform(map);
      return Math.hypot(at.x - clientX, at.y - clientY);
    };
    const [nearest] = [...this.holes].sort((a, b) => far(a) - far(b));
    const least = nearest ? far(nearest) : Infinity;
    if (least <= Math.max(NEAR_PX, ((store.doc?.caliber_mm ?? 0) / 2) * map.a)
        && !store.shots.some((s) => !s.removed && far([s.x_mm, s.y_mm]) < least)) {
      this.open([nearest]);
    }
  }

  /** @param {number[][]} holes */
  open(holes) {
    const official = store.doc?.session?.competition;
    /** @type {HTMLInputElement} */ (find(this, '[name=reason]')).value = say`It was fired in this session`;
    fill(find(this, '.official'), html`${official && html`<label>Official
      <input name="author" maxlength="63" autocomplete="off"></label>`}`);
    fill(find(this, 'ul'), html`${holes.map((at) => html`<li><span>${whereWords(at)}</span>
      <button type="button" data-hole="${at.join(' ')}">Count it</button></li>`)}`);
    find(this, '.error').hidden = true;
    if (!this.dialog.open) {
      this.dialog.showModal();
    }
  }

  /** @param {HTMLButtonElement} button */
  async count(button) {
    const [x_mm, y_mm] = (button.dataset.hole ?? '').split(' ').map(Number);
    const said = (/** @type {string} */ name) => /** @type {HTMLInputElement | null} */ (
      this.querySelector(`[name="${name}"]`))?.value.trim() ?? '';
    const author = said('author') && { author: said('author') };
    const session = store.doc?.session?.id;
    button.disabled = true;
    try {
      const { n } = await call('POST', laneUrl(store.lane, '/shots'),
        { session, x_mm, y_mm, reason: said('reason'), ...author }, newKey());
      button.closest('li')?.remove();
      if (!this.querySelector('[data-hole]')) {
        this.dialog.close();
      }
      offerUndo(say`The hole counts as shot ${n}`, () => call('POST', laneUrl(store.lane, `/shots/${n}/corrections`),
        { session, ...author, what: 'remove', reason: say`a mistake`, base: store.shots.find((s) => s.n === n)?.seq }, newKey()),
      () => store.doc?.session?.id === session);
    } catch (refused) {
      const { title, detail } = /** @type {import('./api.js').ApiError} */ (refused);
      fill(find(this, '.error'), html`<b>${title}</b> ${detail}`);
      find(this, '.error').hidden = false;
      button.disabled = false;
    }
  }
}

customElements.define('lane-old', LaneOld);
find(document, '.tables').prepend(new LaneOld());
