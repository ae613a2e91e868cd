/*
 * <past-problems>: what was wrong with the lanes, the newest first, in plain
 * words with their times.
 */

import { WORDS } from './admin-figures-text.js';
import { ask } from './ask.js';
import { calm } from './form.js';
import { fill, find, html } from './html.js';
import { range } from './range.js';
import { speech } from './speech.js';
import { durationText } from './text.js';
import { lang, told } from './words.js';

const PAGE = 20;

const { say } = speech(WORDS, lang);
const clock = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang,
  { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** What it is called here; else as the worker says it.
 * @param {{ type: string, title: string }} problem */
export const titleOf = ({ type, title }) => (Object.hasOwn(WORDS[lang], `is-${type}`) ? say(`is-${type}`) : title);

/** What the worker said of it; what there are no words for is read out as English. @param {string} detail */
export const heard = (detail) => (lang !== 'en' && told(detail) === detail ? html`<span lang="en">${detail}</span>` : html`${told(detail)}`);

class PastProblems extends HTMLElement {
  /** @type {any[]} */
  rows = [];

  /** @type {string | null} */
  next = null;

  connectedCallback() {
    fill(this, html`<h2>${say('problems')}</h2><ul class="things"></ul>
      <div class="row"><button type="button" class="more" hidden>${say('more')}</button></div><div class="trouble"></div>`);
    find(this, '.more').addEventListener('click', () => this.look(true));
  }

  /** The newest again, or those behind what is here. @param {boolean} [more] */
  async look(more = false) {
    if (!more && this.rows.length > PAGE) {
      return; /* somebody reads further down */
    }
    try {
      const answer = await ask('GET', `/api/problems/past?limit=${PAGE}${more && this.next ? `&cursor=${encodeURIComponent(this.next)}` : ''}`);
      this.rows = more ? [...this.rows, ...answer.problems] : answer.problems;
      this.next = answer.next;
      fill(find(this, '.trouble'), html``);
      this.draw();
    } catch (error) {
      calm(find(this, '.trouble'), error, () => this.look(more));
    }
  }

  draw() {
    fill(find(this, '.things'), this.rows.length ? html`${this.rows.map((p) => html`<li class="${p.ended_us ? 'old' : ''}"><div>
      <b>${range.lanes.get(p.lane)?.title ?? p.lane}: ${titleOf(p)}</b><p class="small">${heard(p.detail)}</p></div>
      <p class="small when">${clock.format(p.began_us / 1000)} · ${p.ended_us ? say('lasted', { time: durationText(p.ended_us - p.began_us) })
        : range.lanes.has(p.lane) ? say('lasts') : say('laneGone')}</p></li>`)}` : html`<li>${say('noProblems')}</li>`);
    find(this, '.more').hidden = this.next === null;
  }
}

customElements.define('past-problems', PastProblems);
