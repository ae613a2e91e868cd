/*
 * <coach-words>: what the coach says to who shoots: tips, notes and drills, and
 * what became of those of this session.
 */

import { laneUrl, newKey } from './api.js';
import { ask } from './ask.js';
import { doneShare, drillWords, fateWords, resultOf, ruleWords } from './coach-text.js';
import { formOf, onSubmit } from './form.js';
import { fill, find, html, setText } from './html.js';
import { store } from './store.js';
import { timeText } from './text.js';
import { say, told, tongue } from './words.js';

await tongue?.more('drills').catch(() => {});

/** How a tip goes, by the choice of the form. @type {Record<string, any>} */
const WAYS = {
  now: {}, hold: { hold: true }, urgent: { priority: 'urgent' }, note: { to: 'coach' },
};

/** @type {import('./form.js').Field[]} */
const FIELDS = [
  { name: 'text', label: say`Say`, max: 600, required: true },
  { name: 'way', label: say`To`, choices: [['now', say`The shooter, at once`], ['hold', say`The shooter, when the round is over`],
    ['urgent', say`The shooter, urgent`], ['note', say`A note for the history`]] },
  { name: 'shot', label: say`About`, choices: [['', say`No shot`]] },
];

/** The drills of the range, asked for once. @type {Promise<import('./types').Drill[]> | null} */
let drills = null;

/** It could still be taken back. @param {import('./types').Tip} tip @param {import('./types').Tip[]} tips */
const matters = (tip, tips) => store.open && !tip.withdrawn_us && (tip.drill
  ? ['running', 'waiting'].includes(resultOf(tip, tips) ?? '') : !tip.acknowledged_us);

export class CoachWords extends HTMLElement {
  /** What the list was made from. */
  shown = '';

  connectedCallback() {
    fill(this, html`<h2>Say something</h2><div class="card acts say">${formOf(FIELDS, say`Send`)}</div>
      <h2>Drill</h2><div class="card acts drill"><div class="running" role="status" hidden><p><b></b></p>
        <progress max="1" value="0"></progress><p class="small"></p></div>
        <label class="field"><span>Choose one</span><select name="drill"><option value="">…</option></select></label>
        <div class="how"></div><div class="row"><button type="button" data-give="now" disabled>Give it now</button>
        <button type="button" data-give="hold" disabled>When the round is over</button></div>
        <p class="error" role="alert" hidden></p></div>
      <h2>Said in this session</h2><ul class="card things said"></ul>`);
    onSubmit(/** @type {HTMLFormElement} */ (find(this, 'form')), FIELDS, (values) => this.say(values));
    this.choice = /** @type {HTMLSelectElement} */ (find(this, '[name=drill]'));
    this.choice.addEventListener('change', () => this.explain());
    this.addEventListener('click', (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest('button');
      if (button?.dataset.give) {
        this.give(button.dataset.give);
      } else if (button?.dataset.back) {
        this.takeBack(Number(button.dataset.back));
      }
    });
    this.unsubscribe = store.subscribe(({ kind }) => {
      if (['coach', 'reset', 'status', 'session'].includes(kind)) {
        this.update();
      }
    });
    this.list();
    this.update();
  }

  disconnectedCallback() {
    this.unsubscribe?.();
  }

  /** The shot that a tip may be about. @param {number} n 0: none */
  about(n) {
    const select = find(this, '[name=shot]');
    if (select.dataset.n === String(n)) {
      return; /* another picture of the same */
    }
    select.dataset.n = String(n);
    fill(select, html`<option value="">No shot</option>${n > 0 && html`<option value="${n}">Shot ${n}</option>`}`);
  }

  /** @param {string} text that the coach may send */
  propose(text) {
    const input = /** @type {HTMLInputElement} */ (find(this, '[name=text]'));
    input.value = text;
    input.focus();
  }

  /** @param {string} id */
  async chooseDrill(id) {
    await this.list();
    if (this.choice) {
      this.choice.value = id;
      this.explain();
      this.choice.focus();
    }
  }

  /** The drills that there are, fetched with the first look. */
  async list() {
    drills ??= ask('GET', '/api/drills').then((answer) => answer.drills);
    const list = await drills.catch((error) => {
      drills = null;
      this.fail(error);
      return [];
    });
    if (this.choice && this.choice.length === 1) {
      this.choice.insertAdjacentHTML('beforeend', String(html`${list.map(({ id, title }) => html`<option value="${id}">${told(title)}</option>`)}`));
    }
    return list;
  }

  async explain() {
    const drill = (await this.list()).find(({ id }) => id === this.choice?.value);
    this.querySelectorAll('[data-give]').forEach((b) => b.toggleAttribute('disabled', !drill));
    fill(find(this, '.how'), drill ? html`<p>${told(drill.aim)}</p><ol>${drill.steps.map((s) => html`<li>${told(s)}</li>`)}</ol>
      <p class="small">${ruleWords(drill.judge)}</p>` : html``);
  }

  /** @param {Record<string, string>} values */
  async say({ text, way, shot }) {
    await ask('POST', laneUrl(store.lane, '/tips'),
      { text, session: store.doc?.session?.id, ...WAYS[way], ...(shot && { shot: Number(shot) }) }, newKey());
    const input = /** @type {HTMLInputElement} */ (find(this, '[name=text]'));
    input.value = '';
    input.focus();
  }

  /** @param {string} way */
  async give(way) {
    try {
      await ask('POST', laneUrl(store.lane, '/tips'), { drill: this.choice?.value, ...WAYS[way] }, newKey());
      this.fail(null);
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {number} tip */
  async takeBack(tip) {
    try {
      await ask('PATCH', laneUrl(store.lane, `/tips/${tip}`), { session: store.doc?.session?.id, withdrawn: true }, newKey());
      this.fail(null);
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {unknown} error null: none */
  fail(error) {
    const { title = '', detail = '', errors = [] } = /** @type {any} */ (error ?? {});
    const place = find(this, '.drill .error');
    fill(place, html`<b>${title}</b> ${errors[0]?.detail ?? detail}`);
    place.hidden = !error;
  }

  update() {
    const { session, drill = null } = store.doc ?? {};
    const tips = session?.tips ?? [];
    const running = find(this, '.running');
    running.hidden = !drill;
    if (drill) {
      setText(find(running, 'b'), told(drill.title));
      const bar = /** @type {HTMLProgressElement} */ (find(running, 'progress'));
      bar.value = doneShare(drill);
      bar.setAttribute('aria-label', told(drill.title));
      setText(find(running, '.small'), drillWords(drill));
    }
    const text = JSON.stringify([tips, store.open]);
    if (text !== this.shown) {
      this.shown = text;
      fill(find(this, '.said'), tips.length ? html`${[...tips].reverse().map((tip) => html`<li data-tip="${tip.tip}">
        <div><b>${told(tip.drill?.title)}</b> ${tip.text}${tip.shot > 0 && html` <span class="small">shot ${tip.shot}</span>`}
        <p class="small">${timeText(tip.t_us)} · ${fateWords(tip, tips)}</p></div>
        ${matters(tip, tips) && html`<button type="button" data-back="${tip.tip}"
          aria-label="Take back: ${told(tip.drill?.title ?? '')} ${tip.text}">Take back</button>`}</li>`)}`
        : html`<li class="small">Nothing yet.</li>`);
    }
  }
}

customElements.define('coach-words', CoachWords);
