/*
 * <history-sessions>: the sessions, newest first, fetched as one scrolls.
 */

import { ask } from './ask.js';
import { calm } from './form.js';
import { csvOf, filterOf } from './history-figures.js';
import { fill, find, html } from './html.js';
import { saveCsv } from './table-file.js';

const PAGE = 200;

/** Rows that come and go together: those far from what is looked at are not drawn. */
const SHEET = 50;
const NEAR = '1200px 0px';

class HistorySessions extends HTMLElement {
  /** @type {any[]} */
  rows = [];

  /** @type {string | null} */
  next = '';

  /** Told of an answer that a later question overtook. */
  turn = 0;

  loading = false;

  /** What stands in each part of the table. @type {Map<Element, any[]>} */
  sheets = new Map();

  /** @type {IntersectionObserver | undefined} */
  near;

  /** @type {import('./history.js').Page} */
  page = /** @type {any} */ (null);

  /** @type {Record<string, any>} faces by name, as far as they came */
  faces = {};

  connectedCallback() {
    addEventListener('beforeprint', () => this.sheets.forEach((_, sheet) => this.draw(sheet, true)));
    this.addEventListener('change', ({ target }) => {
      const box = /** @type {HTMLInputElement} */ (target);
      box.value && this.page.pick(box.value);
    });
  }

  /** @param {import('./history.js').Page} page */
  async show(page) {
    this.page = page;
    const { say, wishes } = page;
    this.turn++;
    this.loading = false;
    this.rows = [];
    this.sheets.clear();
    this.next = '';
    fill(this, html`<section class="card"><div class="head"><h2>${say('sessions')}</h2>
        <button type="button" class="export">${say('export')}</button></div>
      <div class="scrolls" tabindex="0" role="region" aria-label="${say('sessions')}"><table><thead><tr>
        <th scope="col"><span class="unseen">${say('compare')}</span></th><th scope="col" class="text">${say('date')}</th>
        ${!wishes.shooter && html`<th scope="col" class="text">${say('who')}</th>`}
        ${!page.only && html`<th scope="col" class="text wide">${say('target')}</th>`}
        <th scope="col">${say('shots')}</th><th scope="col" class="wide">Ø</th><th scope="col">${say('total')}</th>
        <th scope="col" class="wide">${say('inner')}</th><th scope="col">${say('group')}</th>
        <th scope="col" class="wide">${say('centre')}</th><th scope="col" class="text files">${say('file')}</th>
      </tr></thead></table><p class="more soft">${say('more')}</p></div><div class="trouble"></div></section>`);
    find(this, '.export').addEventListener('click', () => this.exportList());
    this.near?.disconnect();
    this.near = new IntersectionObserver((seen) => seen.forEach(({ target, isIntersecting }) => this.draw(target, isIntersecting)),
      { root: find(this, '.scrolls'), rootMargin: NEAR });
    new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && this.more(),
      { root: find(this, '.scrolls'), rootMargin: '600px' }).observe(find(this, '.more'));
    await this.more();
  }

  /** One page more. @returns {Promise<boolean>} whether it came */
  async more() {
    if (this.loading || this.next === null) {
      return false;
    }
    const { turn } = this;
    this.loading = true;
    try {
      const answer = await ask('GET', `/api/sessions?${new URLSearchParams({
        ...filterOf(this.page.wishes, new Date()), limit: String(PAGE), ...(this.next && { cursor: this.next }) })}`);
      if (turn !== this.turn) {
        return false;
      }
      this.rows.push(...answer.sessions);
      this.next = answer.next;
      this.add(answer.sessions);
      find(this, '.more').hidden = this.next === null;
      this.learn(answer.sessions);
      this.marks();
      fill(find(this, '.trouble'), html``);
    } catch (error) {
      if (turn === this.turn) {
        calm(find(this, '.trouble'), error, () => this.more());
      }
      return false;
    } finally {
      if (turn === this.turn) {
        this.loading = false;
      }
    }
    return true;
  }

  /** @param {any[]} rows */
  add(rows) {
    for (let i = 0; i < rows.length; i += SHEET) {
      const sheet = document.createElement('tbody');
      this.sheets.set(sheet, rows.slice(i, i + SHEET));
      find(this, 'table').append(sheet);
      this.draw(sheet, true);
      this.near?.observe(sheet);
    }
    /* what goes must not move what stays */
    this.querySelectorAll('thead th').forEach((th) => {
      /** @type {HTMLElement} */ (th).style.minWidth = `${Math.ceil(th.getBoundingClientRect().width)}px`;
    });
  }

  /** Rows, or as much room as they take. @param {Element} sheet @param {boolean} near */
  draw(sheet, near) {
    if (near === !!sheet.querySelector('[data-session]')) {
      return;
    }
    const height = sheet.getBoundingClientRect().height;
    fill(sheet, near ? html`${this.sheets.get(sheet)?.map((r) => this.row(r))}` : html`<tr aria-hidden="true"><td></td></tr>`);
    if (near) {
      this.marks(sheet);
    } else {
      find(sheet, 'td').style.height = `${height}px`;
    }
  }

  /** Faces say whether rings or tenths are summed. @param {any[]} rows */
  async learn(rows) {
    for (const target of new Set(rows.map((r) => r.target))) {
      if (!this.faces[target]) {
        this.faces[target] = await this.page.face(target);
        this.querySelectorAll('tr[data-target]').forEach((tr) => {
          const row = /** @type {HTMLElement} */ (tr);
          if (row.dataset.target === target) {
            const session = this.rows.find((r) => r.id === row.dataset.session);
            find(row, '.total').textContent = this.page.total(session, this.faces[target]);
            find(row, '.average').textContent = this.average(session);
          }
        });
      }
    }
  }

  /** Per shot, as this target counts. @param {any} r */
  average({ counted, target, total_tenths, total_rings }) {
    const total = this.faces[target]?.count === 'integer' ? total_rings : total_tenths / 10;
    return this.page.number(counted ? total / counted : null, 2);
  }

  /** @param {any} r */
  row(r) {
    const { say, day, number, total, wishes } = this.page;
    const href = `/api/sessions/${encodeURIComponent(r.id)}`;
    const date = day(r.started_us);
    return html`<tr data-session="${r.id}" data-target="${r.target}">
      <td><label class="tick"><input type="checkbox" value="${r.id}" aria-label="${say('pick', { date })}"></label></td>
      <th scope="row">${date}${r.state === 'open' && html` <span class="soft">${say('open')}</span>`}</th>
      ${!wishes.shooter && html`<td class="text">${r.name ?? r.shooter}</td>`}
      ${!this.page.only && html`<td class="text wide">${r.target}</td>`}
      <td>${number(r.counted, 0)}</td><td class="wide average">${this.average(r)}</td>
      <td class="total">${total(r, this.faces[r.target])}</td><td class="wide">${number(r.inner, 0)}</td>
      <td>${number(r.extreme_spread_mm, 0)} mm</td>
      <td class="wide">${number(r.mpi_x_mm, 1)} / ${number(r.mpi_y_mm, 1)}</td>
      <td class="text files"><a href="${href}.html" target="_blank" rel="noopener">${say('card')}</a>
        <a href="${href}.csv" download>${say('csv')}</a> <a href="${href}.json" download>${say('json')}</a></td></tr>`;
  }

  /** Ticks what is compared. @param {Element} [of] */
  marks(of = /** @type {Element} */ (this)) {
    const { picked } = this.page.wishes;
    of.querySelectorAll('tr[data-session]').forEach((tr) => {
      const at = picked.indexOf(/** @type {HTMLElement} */ (tr).dataset.session ?? '');
      tr.classList.toggle('picked', at >= 0);
      /** @type {HTMLInputElement} */ (find(tr, 'input')).checked = at >= 0;
    });
  }

  /** The whole list, not what was scrolled to alone. */
  async exportList() {
    const button = find(this, '.export');
    button.toggleAttribute('disabled', true);
    while (this.next !== null && await this.more()) {
      /* until the last page is here */
    }
    button.toggleAttribute('disabled', false);
    if (this.next !== null) {
      return; /* what went wrong is on the page */
    }
    saveCsv(`gmshoot-${this.page.wishes.shooter || 'all'}.csv`, csvOf(this.rows));
  }
}

customElements.define('history-sessions', HistorySessions);
