/*
 * <lane-feature>: one lane large: its target with the last shots, the last
 * score, who shoots.
 */

import { printedSvg } from './card.js';
import { fill, find, html, setText } from './html.js';
import { shownShots } from './ranking.js';
import { autoLevel, lastSvg, shotSvg, zoomLevels } from './target.js';

/** @typedef {import('./ranking.js').Standing} Standing */

/** As many shots are drawn, and so many before the last are listed. */
const LAST_SHOTS = 10;
const RECENT = 3;

/** A mark is no smaller than this part of half the view, or nobody would see it
 * from the back of the hall. */
const LEAST_MARK = 0.04;

export class LaneFeature extends HTMLElement {
  /** What is on the screen. @type {Standing | undefined} */
  standing = undefined;

  /** @type {import('./types').Face | undefined} */
  face = undefined;

  /** Half widths of the view that suit the face, mm. @type {number[]} */
  levels = [];

  /** @param {import('./range-ranking.js').Speech} speech */
  begin(speech) {
    this.speech = speech;
    fill(this, html`<div class="paper"><svg role="img" aria-label="${speech.words.target}">
        <g class="face"></g><g class="marks"></g></svg><p class="notice" hidden></p></div>
      <div class="told"><p class="lane"></p><p class="who"></p><p class="last"></p>
        <p class="recent"></p><p class="sum"></p></div>`);
    this.svg = /** @type {SVGSVGElement} */ (find(this, 'svg'));
    this.parts = {
      face: find(this, '.face'), marks: find(this, '.marks'), notice: find(this, '.notice'),
      lane: find(this, '.lane'), who: find(this, '.who'), last: find(this, '.last'),
      recent: find(this, '.recent'), sum: find(this, '.sum'),
    };
  }

  /** @param {import('./range-store.js').RangeLane} lane @param {Standing} standing
   * @param {string} note '': it is live */
  show(lane, standing, note) {
    const { parts } = this;
    const doc = lane.store.doc;
    if (!parts || !doc) {
      return;
    }
    const { words } = /** @type {import('./range-ranking.js').Speech} */ (this.speech);
    this.classList.toggle('stale', note !== '');
    const notice = note || (standing.hidden ? words.hidden : standing.sighters ? words.sighters : '');
    parts.notice.hidden = notice === '';
    setText(parts.notice, notice);
    if (this.standing !== standing) {
      this.standing = standing;
      this.dataset.lane = lane.name;
      this.draw(lane.store, doc, standing);
      this.tell(lane.store, standing);
    }
  }

  /** @param {import('./store.js').Store} store @param {import('./types').StateDocument} doc
   * @param {Standing} standing */
  draw(store, doc, { from }) {
    const { parts, svg } = this;
    if (!parts || !svg) {
      return;
    }
    const { face, caliber_mm } = doc;
    if (this.face !== face) {
      this.face = face;
      this.levels = zoomLevels(face);
      parts.face.innerHTML = printedSvg(face);
    }
    const shown = shownShots(store, from, LAST_SHOTS).filter(({ shot }) => !shot.unplaced);
    const half = this.levels[autoLevel(this.levels, face, shown.map(({ shot }) => shot), caliber_mm)];
    svg.setAttribute('viewBox', `${-half} ${-half} ${2 * half} ${2 * half}`);
    const mark_mm = Math.max(caliber_mm, 2 * LEAST_MARK * half);
    const last = shown.at(-1);
    parts.marks.innerHTML = shown.map(({ shot, series }) => shotSvg(shot, mark_mm, series, face)).join('')
      + (last ? lastSvg(last.shot, mark_mm, face) : '');
  }

  /** @param {import('./store.js').Store} store @param {Standing} s */
  tell(store, s) {
    const { parts } = this;
    const { words, figures } = /** @type {import('./range-ranking.js').Speech} */ (this.speech);
    if (!parts) {
      return;
    }
    const score = (/** @type {import('./types').Shot} */ shot) =>
      figures.score(shot.score_tenths, shot.ring, s.decimal);
    const shown = shownShots(store, s.from, LAST_SHOTS);
    setText(parts.lane, s.title);
    setText(parts.who, s.name === s.title ? '' : s.name);
    const last = shown.at(-1)?.shot;
    fill(parts.last, s.hidden || !last ? html`–` : html`${score(last)}${last.inner && html`<span class="x">×</span>`}`);
    fill(parts.recent, html`${s.hidden ? '' : shown.slice(-RECENT - 1, -1).map(({ shot }) =>
      html`<span>${score(shot)}</span>`)}`);
    fill(parts.sum, html`${words.total} <b>${figures.score(s.total_tenths, s.total_rings, s.decimal)}</b>`);
  }
}

customElements.define('lane-feature', LaneFeature);
