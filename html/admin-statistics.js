/*
 * <admin-statistics>: what was done on each lane on each day, and what went
 * wrong; as a file, too.
 */

import { WORDS } from './admin-figures-text.js';
import { ask } from './ask.js';
import { calm } from './form.js';
import { fill, find, html, setText } from './html.js';
import { dayOf } from './history-figures.js';
import { range } from './range.js';
import { speech } from './speech.js';
import { saveCsv, tableCsv } from './table-file.js';
import { lang } from './words.js';

const { say, number } = speech(WORDS, lang);

const COUNTS = ['sessions', 'shooters', 'shots', 'corrected', 'doubtful', 'cameras_lost'];
const PERIODS = [7, 30, 365];

/** Sums over rows; people are not added up: who shot on two days is one.
 * @param {any[]} rows @returns {Record<string, number | null>} */
export const sumsOf = (rows) => Object.fromEntries(COUNTS.map((c) =>
  [c, c === 'shooters' ? null : rows.reduce((n, r) => n + r[c], 0)]));

class AdminStatistics extends HTMLElement {
  /** @type {any[]} */
  rows = [];

  lane = '';

  days = 30;

  /** Told of an answer that another choice overtook. */
  turn = 0;

  connectedCallback() {
    fill(this, html`<section class="card"><div class="choose"><h2>${say('statistics')}</h2>
        <label>${say('lane')}<select name="lane"><option value="">${say('allLanes')}</option>${[...range.lanes.values()].map(({ name, title }) =>
          html`<option value="${name}">${title}</option>`)}</select></label>
        <label>${say('period')}<select name="days">${PERIODS.map((d) =>
          html`<option value="${d}" ${d === this.days && html`selected`}>${say('lastDays', { n: d })}</option>`)}</select></label>
        <button type="button" class="export" disabled>${say('export')}</button></div>
      <div class="scrolls" tabindex="0" role="region" aria-label="${say('statistics')}"></div>
      <p class="small says"></p><div class="trouble"></div></section>`);
    this.addEventListener('change', ({ target }) => {
      const { name, value } = /** @type {HTMLSelectElement} */ (target);
      Object.assign(this, name === 'lane' ? { lane: value } : { days: Number(value) });
      this.look();
    });
    find(this, '.export').addEventListener('click', () => saveCsv(`gmshoot-${this.lane || 'all'}-${this.days}.csv`,
      tableCsv(['day', 'lane', ...COUNTS], this.rows)));
    this.look();
  }

  async look() {
    const turn = ++this.turn;
    const from = new Date();
    from.setDate(from.getDate() - this.days + 1);
    try {
      const answer = await ask('GET', `/api/activity?${new URLSearchParams({
        from: dayOf(from), ...(this.lane && { lane: this.lane }) })}`);
      if (turn === this.turn) {
        this.rows = answer.days;
        fill(find(this, '.trouble'), html``);
        this.draw(answer.truncated);
      }
    } catch (error) {
      if (turn === this.turn) {
        calm(find(this, '.trouble'), error, () => this.look());
      }
    }
  }

  /** @param {boolean} truncated */
  draw(truncated) {
    const day = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
    const sums = sumsOf(this.rows);
    find(this, '.export').toggleAttribute('disabled', !this.rows.length);
    const cells = (/** @type {Record<string, number | null>} */ r) => COUNTS.map((c) =>
      html`<td class="${(c === 'cameras_lost' || c === 'doubtful') && r[c] ? 'look' : ''}">${number(r[c], 0)}</td>`);
    fill(find(this, '.scrolls'), this.rows.length ? html`<table><thead><tr><th scope="col">${say('day')}</th>
      <th scope="col">${say('lane')}</th>${COUNTS.map((c) => html`<th scope="col">${say(c)}</th>`)}</tr></thead>
      <tbody>${this.rows.map((r) => html`<tr><th scope="row">${day.format(new Date(`${r.day}T12:00`))}</th>
        <td>${range.lanes.get(r.lane)?.title ?? r.lane}</td>${cells(r)}</tr>`)}</tbody>
      <tfoot><tr><th scope="row">${say('together')}</th><td></td>${cells(sums)}</tr></tfoot></table>`
      : html`<p>${say('nothingDone')}</p>`);
    setText(find(this, '.says'), [this.rows.length && say('statisticsSays'), truncated && say('truncatedDays', { n: this.rows.length })]
      .filter(Boolean).join(' '));
  }
}

customElements.define('admin-statistics', AdminStatistics);
