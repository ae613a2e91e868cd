/*
 * <lane-series>: a series a row and its sum; a long one takes several rows.
 * A shot touches one cell.
 */

import { fill, find, html, setText, style } from './html.js';
import { counts, store } from './store.js';
import { fillOf } from './target.js';
import { scoreText } from './text.js';

await style('tables.css');

/** More columns than this would not fit. */
const WIDEST = 10;

class LaneSeries extends HTMLElement {
  /** Sums of the last series. */
  sums = { tenths: 0, rings: 0 };

  /** The last row. @type {HTMLTableRowElement | null} */
  row = null;

  connectedCallback() {
    store.subscribe((change) => {
      if (change.kind === 'shot' && change.shot) {
        this.addShot(change.shot);
      } else if (change.kind === 'reset' || change.kind === 'removed'
          || (change.kind === 'view' && change.was?.decimal !== store.view.decimal)) {
        this.rebuild();
      }
    });
    this.rebuild();
  }

  get columns() {
    return Math.min(WIDEST, store.seriesLength);
  }

  rebuild() {
    const places = Array.from({ length: this.columns }, (_, i) => i + 1);
    fill(this, html`<table><caption class="unseen">Series</caption>
      <thead><tr><th scope="col"><span class="unseen">Series</span></th>
      ${places.map((i) => html`<th scope="col">${i}</th>`)}<th scope="col">Sum</th></tr></thead>
      <tbody></tbody></table>`);
    this.body = find(this, 'tbody');
    this.row = null;
    store.eachSeries((shot, series, at) => this.write(shot, series, at));
    this.hidden = this.row === null;
  }

  /** @param {import('./types').Shot} shot */
  addShot(shot) {
    store.eachSeries((each, series, at) => each === shot && this.write(shot, series, at));
    this.hidden = this.row === null;
  }

  /** Writes one cell and the sum of its series.
   * @param {import('./types').Shot} shot @param {number} series @param {number} at */
  write(shot, series, at) {
    if (!counts(shot)) {
      return;
    }
    if (!this.row || at === 0) {
      this.sums = { tenths: 0, rings: 0 };
    }
    if (!this.row || at % this.columns === 0) {
      if (this.row && at > 0) {
        setText(this.row.cells[this.columns + 1], ''); /* it goes on in the next */
      }
      this.row = this.newRow(series, at === 0 || !this.row);
    }
    this.sums = {
      tenths: this.sums.tenths + shot.score_tenths,
      rings: this.sums.rings + shot.ring,
    };
    const cell = this.row.cells[1 + (at % this.columns)];
    setText(cell, scoreText(shot.score_tenths, shot.ring, store.decimal));
    cell.classList.toggle('x', shot.inner);
    setText(this.row.cells[this.columns + 1],
      scoreText(this.sums.tenths, this.sums.rings, store.decimal));
  }

  /** @param {number} series from 0 @param {boolean} first of its rows */
  newRow(series, first) {
    const row = document.createElement('tr');
    fill(row, html`<th scope="row"><svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5"
      r="4.5" fill="${fillOf(series)}"/></svg>${first && series + 1}</th>
      ${Array.from({ length: this.columns }, () => html`<td></td>`)}<td class="sum"></td>`);
    this.body?.append(row);
    return row;
  }
}

customElements.define('lane-series', LaneSeries);
