/*
 * <coach-lanes>: every lane at a glance: its last shots, who shoots, how it
 * goes, and what of the coach's words waits.
 */

import { printedSvg } from './card.js';
import { drillWords, openTips } from './coach-text.js';
import { fill, find, html, setText } from './html.js';
import { range } from './range.js';
import { autoLevel, lastSvg, shotSvg, zoomLevels } from './target.js';
import { scoreText, shotsWords, stateWords } from './text.js';
import { say, told } from './words.js';

/** @typedef {import('./range.js').Lane} Lane */

/** Of the group that is drawn. */
const LAST_SHOTS = 10;

/** A mark is no smaller than this share of the view. */
const LEAST_MARK = 0.05;

/** The last shots as SVG, and how far the view reaches.
 * @param {import('./store.js').Store} store @param {import('./types').StateDocument} doc */
function groupOf(store, doc) {
  /** @type {[import('./types').Shot, number][]} */
  const shots = [];
  store.eachSeries((shot, series) => {
    if (!shot.removed && !shot.unplaced) {
      shots.push([shot, series]);
    }
  });
  const shown = shots.slice(-LAST_SHOTS);
  const levels = zoomLevels(doc.face);
  const half = levels[autoLevel(levels, doc.face, shown.map(([shot]) => shot), doc.caliber_mm)];
  const mark_mm = Math.max(doc.caliber_mm, 2 * LEAST_MARK * half);
  const last = shown.at(-1);
  return { half, svg: shown.map(([shot, series]) => shotSvg(shot, mark_mm, series, doc.face)).join('')
    + (last ? lastSvg(last[0], mark_mm, doc.face) : '') };
}

class CoachLanes extends HTMLElement {
  /** @type {(() => void) | undefined} */
  unsubscribe;

  /** Lanes to be drawn with the next frame of the screen. @type {Set<Lane>} */
  dirty = new Set();

  /** What was drawn where. @type {WeakMap<Element, string>} */
  drawn = new WeakMap();

  connectedCallback() {
    fill(this, html`<h2 class="unseen">All lanes</h2><section class="lanes" aria-label="Lanes"></section>`);
    this.unsubscribe = range.subscribe(({ kind, lane }) => {
      if (kind === 'lanes') {
        this.build();
      } else if (lane) {
        this.soon(lane);
      } else if (kind === 'connection') {
        range.lanes.forEach((l) => this.soon(l));
      }
    });
    this.build();
  }

  disconnectedCallback() {
    this.unsubscribe?.();
  }

  build() {
    fill(find(this, '.lanes'), html`${[...range.lanes.keys()].map((name) => html`<article class="card lane" data-lane="${name}">
      <header><h3><a href="#${encodeURIComponent(name)}"></a></h3><span class="now"><i></i><span></span></span></header>
      <div class="target"><svg aria-hidden="true"><g class="face"></g><g class="marks"></g></svg></div>
      <p class="who"><b></b> <span class="total"></span></p><p class="small line"></p><p class="small waits"></p></article>`)}`);
    range.lanes.forEach((lane) => this.update(lane));
  }

  /** @param {Lane} lane */
  soon(lane) {
    if (this.dirty.size === 0) {
      requestAnimationFrame(() => {
        const now = [...this.dirty];
        this.dirty.clear();
        now.forEach((l) => this.update(l));
      });
    }
    this.dirty.add(lane);
  }

  /** @param {Lane} lane */
  update({ name, title, store }) {
    const card = this.querySelector(`[data-lane="${CSS.escape(name)}"]`);
    if (!card) {
      return;
    }
    const { doc, last, sums, decimal } = store;
    const session = doc?.session;
    const open = session?.state === 'open';
    const { shape, words } = store.failed ? { shape: 'triangle', words: say`Does not work` } : stateWords(doc, store.connection);
    setText(find(card, 'h3 a'), title);
    find(card, 'i').dataset.shape = shape;
    setText(find(card, '.now span'), words);
    setText(find(card, '.who b'), open ? session.shooter || say`Nobody has said who` : say`Free`);
    setText(find(card, '.total'), open ? scoreText(sums.total_tenths, sums.total_rings, decimal) : '');
    setText(find(card, '.line'), open
      ? [shotsWords(sums.counted), last && say`last ${scoreText(last.score_tenths, last.ring, decimal)}`].filter(Boolean).join(' · ')
      : doc?.face.title ?? '');
    const waiting = open ? openTips(session.tips ?? []).length : 0;
    setText(find(card, '.waits'), [doc?.drill && `${told(doc.drill.title)}: ${drillWords(doc.drill)}`,
      waiting > 0 && (waiting === 1 ? say`1 tip not seen yet` : say`${waiting} tips not seen yet`)].filter(Boolean).join(' · '));
    if (doc) {
      const { half, svg } = groupOf(store, doc);
      find(card, 'svg').setAttribute('viewBox', `${-half} ${-half} ${2 * half} ${2 * half}`);
      this.draw(find(card, '.face'), printedSvg(doc.face));
      this.draw(find(card, '.marks'), svg);
    }
  }

  /** A lane tells of itself every second: what is drawn already stays. @param {Element} part @param {string} svg */
  draw(part, svg) {
    if (this.drawn.get(part) !== svg) {
      this.drawn.set(part, svg);
      part.innerHTML = svg;
    }
  }
}

customElements.define('coach-lanes', CoachLanes);
