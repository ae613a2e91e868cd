/*
 * <range-ranking>: a row a lane, in the order of the ranking.  Only cells whose
 * text changed are written, and who overtakes jumps: sixty rows that glide cost
 * more frames than a small computer has.
 */

import { fill, find, html, setText } from './html.js';

/** @typedef {import('./ranking.js').Standing} Standing */
/** @typedef {{ place: number, standing: Standing }} Ranked */
/** @typedef {{ words: import('./screen-text.js').Words, figures: ReturnType<typeof import('./screen-text.js').figures> }} Speech */

/** Up to so many rows stand in one column, in two, in three. */
const COLUMNS = [12, 30, 60];

/** A few lanes are not blown up to fill the wall. */
const LEAST_ROWS = 7;

const CELLS = /** @type {const} */ (['place', 'name', 'note', 'shots', 'series', 'inner', 'total']);

/** Two rows look alike.  @param {Ranked} a @param {Ranked} b */
const alike = (a, b) => a.place === b.place && a.standing === b.standing;

export class RangeRanking extends HTMLElement {
  /** @type {Map<string, { el: HTMLElement, cells: Record<string, HTMLElement>, ranked?: Ranked, note: string, at: number }>} */
  rows = new Map();

  columns = 0;
  height = 0;

  /** @param {Speech} speech */
  begin(speech) {
    this.speech = speech;
    fill(this, html`<div class="heads" aria-hidden="true"></div><ol aria-label="${speech.words.ranking}"></ol>`);
    this.list = find(this, 'ol');
    this.heads = find(this, '.heads');
  }

  /**
   * @param {Ranked[]} ranked
   * @param {(lane: string) => string} noteOf what is to be said of a lane; '': it is live
   * @param {number} size rows at once
   */
  show(ranked, noteOf, size) {
    this.shape(Math.min(ranked.length, size));
    const gone = new Set(this.rows.keys());
    ranked.forEach((entry, at) => {
      const { lane } = entry.standing;
      gone.delete(lane);
      const row = this.rows.get(lane) ?? this.newRow(lane);
      this.write(row, entry, noteOf(lane));
      if (row.at !== at) {
        row.at = at;
        row.el.style.setProperty('--row', String(at % this.height));
        row.el.style.setProperty('--column', String(Math.floor(at / this.height)));
      }
    });
    gone.forEach((lane) => {
      this.rows.get(lane)?.el.remove();
      this.rows.delete(lane);
    });
  }

  /** Divides the wall. @param {number} count */
  shape(count) {
    const columns = 1 + Math.max(0, COLUMNS.findIndex((most) => count <= most));
    const height = Math.max(LEAST_ROWS, Math.ceil(count / columns));
    if (columns === this.columns && height === this.height) {
      return;
    }
    this.columns = columns;
    this.height = height;
    this.dataset.columns = String(columns);
    this.style.setProperty('--rows', String(height));
    this.style.setProperty('--columns', String(columns));
    this.rows.forEach((row) => { row.at = -1; });
    const words = this.speech?.words;
    if (this.heads && words) {
      fill(this.heads, html`${Array.from({ length: columns }, () => html`<div class="row"><span></span>
        <span></span><span>${words.shots}</span><span>${words.series}</span><span>${words.inner}</span>
        <span>${words.total}</span></div>`)}`);
    }
  }

  /** @param {string} lane */
  newRow(lane) {
    const el = document.createElement('li');
    el.className = 'row';
    el.dataset.lane = lane;
    fill(el, html`<b class="place"></b><span class="who"><span class="name"></span>
      <small class="note"></small></span><span class="shots"></span><span class="series"></span>
      <span class="inner"></span><b class="total"></b>`);
    this.list?.append(el);
    const cells = Object.fromEntries(CELLS.map((name) => [name, find(el, `.${name}`)]));
    const row = { el, cells, note: '', at: -1 };
    this.rows.set(lane, row);
    return row;
  }

  /** @param {{ el: HTMLElement, cells: Record<string, HTMLElement>, ranked?: Ranked, note: string }} row
   * @param {Ranked} ranked @param {string} note */
  write(row, ranked, note) {
    const { place, standing: s } = ranked;
    const { cells, el } = row;
    if (row.note !== note || !row.ranked) {
      row.note = note;
      el.classList.toggle('stale', note !== '');
      setText(cells.note, note || s.title);
    }
    const { figures } = /** @type {Speech} */ (this.speech);
    if (row.ranked && alike(row.ranked, ranked)) {
      return;
    }
    row.ranked = ranked;
    setText(cells.place, place ? String(place) : '–');
    setText(cells.name, s.name);
    setText(cells.note, note || s.title);
    setText(cells.shots, String(s.counted));
    setText(cells.series, s.series ? figures.score(s.series.tenths, s.series.rings, s.decimal) : '–');
    setText(cells.inner, `${s.inner}×`);
    setText(cells.total, figures.score(s.total_tenths, s.total_rings, s.decimal));
  }

  /** Shows the rows of one page. @param {number} page @param {number} size */
  turn(page, size) {
    this.rows.forEach((row) => {
      const shown = Math.floor(row.at / size) === page;
      if (row.el.hidden === shown) {
        row.el.hidden = !shown;
      }
    });
  }
}

customElements.define('range-ranking', RangeRanking);
