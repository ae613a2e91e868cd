/*
 * <corrections-acts>: what an official says of a shot, or of one that is
 * missing: ring gauged by hand, value, place, counts or not, whose it is; and
 * what becomes of a protest.  Every press is a correction with reason and name.
 */

import { undoOf } from './admin-corrections-figures.js';
import { WORDS } from './admin-corrections-words.js';
import { laneUrl, newKey } from './api.js';
import { ask } from './ask.js';
import { fill, find, html, setText } from './html.js';
import { keep, kept } from './kept.js';
import { speech } from './speech.js';
import { lang } from './words.js';

const { say } = speech(WORDS, lang);

/** Bytes of a reason, as the journal keeps them. */
const REASON_MAX = 127;

/** @typedef {import('./admin-corrections-picture.js').Shot} Shot */
/** @typedef {import('./types').Complaint} Complaint */
/** @typedef {{ lane: string, session: string, past: boolean, shot: Shot | null, face: import('./types').Face,
 *   complaint: Complaint | null, others: [string, string][] }} Subject others: sessions that could have the shot, with their titles */

/** As many bytes of a text as a reason may have. @param {string} text */
export function shortened(text) {
  const bytes = new TextEncoder().encode(text);
  return bytes.length <= REASON_MAX ? text
    : new TextDecoder().decode(bytes.slice(0, REASON_MAX)).replace(/\uFFFD+$/, '');
}

/** Values of the rings of a face, the highest first, and a miss. @param {import('./types').Face} face */
const ringsOf = (face) => [...new Set(face.rings.map((r) => r.value))].sort((a, b) => b - a);

class CorrectionsActs extends HTMLElement {
  /** @type {Subject | null} */
  subject = null;

  /** Mm on the card, where somebody says the hole is. @type {{ x: number, y: number } | null} */
  proposed = null;

  shown = '';

  connectedCallback() {
    fill(this, html`<div class="decide" hidden><h3>${say('decision')}</h3><p class="about"></p>
        <label><span>${say('answer')}</span><input name="answer" maxlength="120" autocomplete="off"></label>
        <div class="row"><button type="button" class="main" data-decide="upheld">${say('upheld')}</button>
          <button type="button" data-decide="denied">${say('denied')}</button></div></div>
      <div class="placing" hidden><p class="at"></p><div class="row"><button type="button" class="main" data-place="move">${say('moveHere')}</button>
        <button type="button" data-place="add">${say('addHere')}</button><button type="button" data-place="">${say('cancel')}</button></div></div>
      <p class="past" hidden>${say('past')}</p><div class="gauges"><h3>${say('gauged')}</h3><div class="rings"></div></div>
      <div class="change"><h3 class="title">${say('change')}</h3>
        <div class="row value"><label><span>${say('value')}</span><input name="value" inputmode="decimal" size="6" maxlength="8" autocomplete="off"></label>
          <button type="button" data-act="score">${say('score')}</button></div>
        <div class="row marks"></div>
        <div class="row give"><label><span>${say('give')}</span><select name="to"></select></label>
          <button type="button" data-act="session">${say('giveTo')}</button></div></div>
      <div class="names"><label><span>${say('why')}</span><input name="why" maxlength="120" autocomplete="off"></label>
        <label><span>${say('who')}</span><input name="who" maxlength="60" autocomplete="name"></label>
        <p class="small">${say('whoHint')}</p></div>
      <p class="said" role="status"></p><p class="error" role="alert" hidden></p>`);
    this.input('who').value = String(kept().official ?? '');
    this.addEventListener('click', ({ target }) => this.press(/** @type {HTMLElement} */ (target).closest('button')));
    this.addEventListener('keydown', (event) => {
      const { target } = event;
      if (event.key === 'Enter' && target instanceof HTMLInputElement && target.name === 'value') {
        event.preventDefault();
        this.press(/** @type {HTMLButtonElement} */ (find(this, '[data-act=score]')));
      }
    });
  }

  /** @param {string} name @returns {HTMLInputElement} */
  input(name) {
    return find(this, `[name="${name}"]`);
  }

  /** @param {Subject} subject */
  show(subject) {
    const { shot, face, complaint, others, session, lane, past } = subject;
    const other = this.subject?.lane !== lane || this.subject.session !== session || this.subject.shot?.n !== shot?.n
      || this.subject.complaint?.id !== complaint?.id;
    this.subject = subject;
    const text = JSON.stringify([lane, session, shot, complaint, others, face.name, past]);
    if (text === this.shown) {
      return;
    }
    this.shown = text;
    if (other) {
      ['answer', 'value', 'why'].forEach((name) => { this.input(name).value = ''; });
      this.tell('', '');
    }
    const decide = find(this, '.decide');
    decide.hidden = complaint?.state !== 'open';
    setText(find(decide, '.about'), complaint?.reason ? `“${complaint.reason}”` : '');
    find(this, '.gauges').hidden = past || !shot || face.rings.length === 0;
    find(this, '.change').hidden = past;
    find(this, '.past').hidden = !past;
    fill(find(this, '.rings'), html`${[...ringsOf(face), 0].map((ring) => html`<button type="button" data-gauge="${ring}">${ring || say('miss')}</button>`)}`);
    setText(find(this, '.title'), shot ? say('change') : say('add'));
    setText(find(this, '[data-act=score]'), shot ? say('score') : say('addValue'));
    fill(find(this, '.marks'), shot ? marksOf(shot) : html``);
    find(this, '.give').hidden = !shot || others.length === 0;
    fill(find(this, 'select'), html`${others.map(([id, title]) => html`<option value="${id}">${title}</option>`)}`);
    this.place(this.proposed);
  }

  /** @param {{ x: number, y: number } | null} at */
  place(at) {
    this.proposed = at;
    find(this, '.placing').hidden = !at;
    find(this, '[data-place=move]').hidden = !this.subject?.shot;
    setText(find(this, '.at'), at ? say('place', { x: at.x.toFixed(1), y: at.y.toFixed(1) }) : '');
  }

  /** @param {string} said @param {string} wrong */
  tell(said, wrong) {
    setText(find(this, '.said'), said);
    const error = find(this, '.error');
    setText(error, wrong);
    error.hidden = wrong === '';
  }

  /** Words that come with everything; null: a reason is missing. @param {string} [usual] where none is written */
  names(usual = '') {
    const why = this.input('why');
    const reason = shortened(why.value.trim() || usual);
    const author = this.input('who').value.trim();
    why.toggleAttribute('aria-invalid', reason === '');
    if (!reason) {
      this.tell('', say('whyNeeded'));
      why.focus();
      return null;
    }
    keep({ official: author });
    return { reason, ...(author && { author }) };
  }

  /** One wish, with one key. @param {HTMLButtonElement | null} button @param {() => Promise<unknown>} wish */
  async doing(button, wish) {
    button?.toggleAttribute('disabled', true);
    this.tell('', '');
    try {
      await wish();
      this.tell(say('done'), '');
    } catch (error) {
      const { title, detail, errors = [] } = /** @type {import('./ask.js').Refusal} */ (error);
      this.tell('', [title, errors.length ? '' : detail, ...errors.map((e) => e.detail)].filter(Boolean).join('. '));
    }
    button?.toggleAttribute('disabled', false);
    this.dispatchEvent(new CustomEvent('acted', { bubbles: true }));
  }

  /** @param {HTMLButtonElement | null} button */
  press(button) {
    const { act, gauge, place, decide } = button?.dataset ?? {};
    if (gauge !== undefined) {
      this.correct(button, [{ what: 'gauge', ring: Number(gauge) }], say('gaugedOne', { ring: Number(gauge) || say('miss') }));
    } else if (place !== undefined) {
      this.put(button, place);
    } else if (decide) {
      this.decide(button, decide);
    } else if (act === 'score') {
      const worth = this.worth();
      this.correct(button, [{ what: 'score', ...worth }], '', worth);
    } else if (act === 'session') {
      this.correct(button, [{ what: 'session', to: this.input('to').value }]);
    } else if (act) {
      this.correct(button, [{ what: act }]);
    }
  }

  /** A zone by its name, or a value. @returns {Record<string, unknown>} */
  worth() {
    const text = this.input('value').value.trim();
    return this.subject?.face.zones?.some(({ name }) => name === text) ? { zone: text } : { value: Number(text.replace(',', '.') || NaN) };
  }

  /** @param {HTMLButtonElement | null} button @param {any[]} steps each on top of the one before
   * @param {string} [usual] reason @param {any} [added] what a new shot has, where none is looked at */
  correct(button, steps, usual = '', added = null) {
    const { lane, session, shot } = /** @type {Subject} */ (this.subject);
    const names = this.names(usual);
    if (!names) {
      return undefined;
    }
    return this.doing(button, async () => {
      if (!shot) {
        await ask('POST', laneUrl(lane, '/shots'), { session, ...added, ...names }, newKey());
        return;
      }
      let base = shot.seq;
      for (const step of steps) {
        const { shot: now } = await ask('POST', laneUrl(lane, `/shots/${shot.n}/corrections`), { session, base, ...step, ...names }, newKey());
        base = now?.seq ?? base;
      }
      if (usual) {
        this.input('answer').value ||= usual;
      }
    });
  }

  /** The last correction of any shot is taken back. @param {HTMLButtonElement} button
   * @param {import('./admin-corrections-figures.js').Correction} last
   * @param {import('./admin-corrections-figures.js').Standing | null} came as it came @param {number} base its row's seq */
  undo(button, last, came, base) {
    const { lane, session, face } = /** @type {Subject} */ (this.subject);
    const author = this.input('who').value.trim();
    return this.doing(button, async () => {
      for (const step of undoOf(last, came, face) ?? []) {
        const { shot } = await ask('POST', laneUrl(lane, `/shots/${last.n}/corrections`),
          { session, base, ...step, reason: say('undo'), ...(author && { author }) }, newKey());
        base = shot?.seq ?? base;
      }
    });
  }

  /** @param {HTMLButtonElement | null} button @param {string} what move, add; '': neither */
  async put(button, what) {
    const { proposed } = this;
    const names = what && proposed ? this.names() : null;
    if (names && proposed) {
      const { lane, session, shot } = /** @type {Subject} */ (this.subject);
      const at = { x_mm: proposed.x, y_mm: proposed.y };
      await this.doing(button, () => (what === 'add' ? ask('POST', laneUrl(lane, '/shots'), { session, ...at, ...names }, newKey())
        : ask('POST', laneUrl(lane, `/shots/${shot?.n}/corrections`), { session, what: 'move', base: shot?.seq, ...at, ...names }, newKey())));
    }
    if (!what || (names && find(this, '.error').hidden)) {
      this.dispatchEvent(new CustomEvent('placed'));
    }
  }

  /** A candidate that was a shot. @param {HTMLButtonElement} button @param {any} candidate */
  count(button, { x_mm, y_mm, t_us, reason }) {
    const { lane, session } = /** @type {Subject} */ (this.subject);
    const names = this.names(say('seenByCamera', { why: reason }));
    return this.doing(button, () => ask('POST', laneUrl(lane, '/shots'), { session, x_mm, y_mm, t_us, ...names }, newKey()));
  }

  /** @param {HTMLButtonElement | null} button @param {string} state */
  decide(button, state) {
    const { lane, complaint } = /** @type {Subject} */ (this.subject);
    const author = this.input('who').value.trim();
    const text = shortened(this.input('answer').value.trim() || this.input('why').value.trim());
    if (!text) {
      this.tell('', `${say('answer')}?`);
      this.input('answer').focus();
      return;
    }
    keep({ official: author });
    this.doing(button, () => ask('PATCH', laneUrl(lane, `/complaints/${complaint?.id}`), { state, text, ...(author && { author }) }, newKey()));
  }
}

/** What may be said of a shot as it stands. @param {Shot} shot */
function marksOf(shot) {
  const acts = shot.removed ? [['restore', say('restore')]]
    : [['remove', say('remove')], ['ignore', say('ignore')], ...shot.corrected ? [['restore', say('asItCame')]] : [],
      ...shot.window ? [['count', say('count')]] : []];
  return html`${acts.map(([act, words]) => html`<button type="button" data-act="${act}">${words}</button>`)}`;
}

customElements.define('corrections-acts', CorrectionsActs);
