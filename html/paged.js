/*
 * A list that the server gives page by page, and a search in it: names are
 * looked for in what is here already, then in the pages that follow.
 */

import { ask } from './ask.js';
import { calm, explain, formOf, onSubmit } from './form.js';
import { onHold } from './hold.js';
import { fill, find, html, setText } from './html.js';
import { say } from './words.js';

/** So many rows are shown; who looks for one of more, searches. */
const SHOWN = 200;

/** Found so many, a search asks for no further page. */
const ENOUGH = 20;

const WAIT_MS = 200;

/**
 * What a list is about.
 *
 * @typedef {{ url: string, key: string, noun: string, title: string, count: (n: number) => string, add: string, note: string,
 *   words: (row: any) => { name: string, about: string, old: boolean },
 *   fields: import('./form.js').Field[], change: (row: any) => import('./form.js').Field[],
 *   body: (values: Record<string, string>) => any,
 *   actions: (row: any) => { name: string, title: string, held: boolean, method: string, body?: any }[] }} About
 */

export class Paged extends HTMLElement {
  /** @type {About} */
  about = /** @type {any} */ (null);

  /** @type {any[]} */
  rows = [];

  /** @type {string | null} */
  next = null;

  /** Told of a search that another one overtook. */
  turn = 0;

  connectedCallback() {
    const { title, add, note, fields, noun } = this.about;
    fill(this, html`<div class="two"><section class="card"><h2>${title}</h2>
        <p class="small">${note}</p>
        <label class="unseen" for="find-${noun}">Search</label>
        <input id="find-${noun}" type="search" placeholder="Search" maxlength="100" autocomplete="off">
        <p class="small count" role="status"></p><ul class="things"></ul>
        <div class="trouble"></div><button type="button" class="more" hidden>More</button></section>
      <section class="card first acts"><h2>${add}</h2>${formOf(fields, say`Add`)}
        <p class="done" role="status"></p></section></div>`);
    const form = /** @type {HTMLFormElement} */ (find(this, '.first form'));
    onSubmit(form, fields, async (values) => {
      setText(find(this, '.done'), '');
      await ask('POST', this.about.url, this.about.body(values));
      form.reset();
      explain(form, fields, null);
      setText(find(this, '.done'), say`${values.name} was added.`);
      await this.anew();
    });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    find(this, '[type=search]').addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.search(), WAIT_MS);
    });
    find(this, '.more').addEventListener('click', () => this.page());
    this.anew();
  }

  async anew() {
    this.rows = [];
    this.next = null;
    if (await this.page()) {
      await this.search();
    }
  }

  /** One more page. @returns {Promise<boolean>} whether it came */
  async page() {
    const { url, key } = this.about;
    try {
      const answer = await ask('GET', this.next ? `${url}?cursor=${encodeURIComponent(this.next)}` : url);
      const known = new Set(this.rows.map((r) => r.id));
      this.rows.push(...answer[key].filter((/** @type {any} */ r) => !known.has(r.id)));
      this.next = answer.next;
      fill(find(this, '.trouble'), html``);
      this.show();
      return true;
    } catch (error) {
      calm(find(this, '.trouble'), error, () => this.page());
      return false;
    }
  }

  get wanted() {
    const text = /** @type {HTMLInputElement} */ (find(this, '[type=search]')).value.trim().toLowerCase();
    return this.rows.filter((row) => {
      const { name, about } = this.about.words(row);
      return `${name} ${about} ${row.id}`.toLowerCase().includes(text);
    });
  }

  async search() {
    const turn = ++this.turn;
    const looking = /** @type {HTMLInputElement} */ (find(this, '[type=search]')).value.trim() !== '';
    this.show();
    while (looking && this.next && turn === this.turn && this.isConnected && this.wanted.length < ENOUGH) {
      if (!await this.page()) {
        return;
      }
    }
  }

  show() {
    const rows = this.wanted;
    const { count } = this.about;
    find(this, '.more').hidden = !this.next;
    setText(find(this, '.count'), rows.length === 0 ? say`Nothing of this name.`
      : [this.next ? say`${count(rows.length)} so far` : count(rows.length), rows.length > SHOWN && say`${SHOWN} shown: search`].filter(Boolean).join(', '));
    if (this.rows.length === 0) {
      setText(find(this, '.count'), say`None yet.`);
    }
    const place = find(this, '.things');
    fill(place, html`${rows.slice(0, SHOWN).map((row) => {
      const { name, about, old } = this.about.words(row);
      return html`<li data-id="${row.id}" class="${old && 'old'}"><div><b>${name}</b><p class="small">${about}</p></div>
        <div class="row acts">${this.about.change(row).length > 0 && html`<button type="button" data-act="change">Rename</button>`}
          ${this.about.actions(row).map((a) => html`<button type="button" data-act="${a.name}">${a.title}</button>`)}</div></li>`;
    })}`);
    place.querySelectorAll('li').forEach((li, i) => this.equip(li, rows[i]));
  }

  /** @param {HTMLElement} li @param {any} row */
  equip(li, row) {
    li.querySelector('[data-act=change]')?.addEventListener('click', () => this.edit(li, row));
    for (const action of this.about.actions(row)) {
      const button = find(li, `[data-act="${action.name}"]`);
      const act = async () => {
        try {
          await ask(action.method, this.urlOf(row), action.body);
          await this.anew();
        } catch (error) {
          const { title, detail } = /** @type {import('./ask.js').Refusal} */ (error);
          setText(find(li, '.small'), `${title}. ${detail}`);
        }
      };
      if (action.held) {
        onHold(button, act);
      } else {
        button.addEventListener('click', act);
      }
    }
  }

  /** @param {any} row */
  urlOf(row) {
    return `${this.about.url}/${encodeURIComponent(row.id)}`;
  }

  /** @param {HTMLElement} li @param {any} row */
  edit(li, row) {
    if (li.querySelector('form')) {
      this.show();
      return;
    }
    const fields = this.about.change(row);
    const holder = document.createElement('div');
    fill(holder, formOf(fields, say`Save`));
    const form = /** @type {HTMLFormElement} */ (find(holder, 'form'));
    li.append(form);
    find(form, 'input').focus();
    onSubmit(form, fields, async (values) => {
      await ask('PATCH', this.urlOf(row), Object.fromEntries(fields.map((f) => [f.name, values[f.name]])));
      await this.anew();
    });
  }
}
