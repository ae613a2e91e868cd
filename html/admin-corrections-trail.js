/*
 * <corrections-trail>: who corrected what in a session, when and why, before and
 * after; protests and what was decided among it.
 */

import { newest, undoOf } from './admin-corrections-figures.js';
import { WORDS } from './admin-corrections-words.js';
import { fill, find, html } from './html.js';
import { speech } from './speech.js';
import { timeText } from './text.js';
import { lang } from './words.js';

const { say, number } = speech(WORDS, lang);

/** @typedef {import('./admin-corrections-figures.js').Correction} Correction */
/** @typedef {import('./admin-corrections-figures.js').Standing} Standing */
/** @typedef {{ corrections: Correction[], complaints: import('./types').Complaint[], face: import('./types').Face, card: string, past: boolean }} Trail */

/** What was done with a shot, and what became of a complaint. @type {Record<string, string>} */
const DONE = { add: say('add_'), remove: say('remove_'), restore: say('restore_'), ignore: say('ignore_'), move: say('move_'),
  score: say('score_'), gauge: say('gauge_'), round: say('round_'), session: say('session_'), count: say('count_') };

/** @type {Record<string, string>} */
export const DECIDED = { upheld: say('upheld_'), denied: say('denied_'), withdrawn: say('withdrawn_') };

/** @type {Record<string, string>} */
const STANDING = { removed: say('removed'), ignored: say('ignored'), given: say('given') };

/** How a shot stood. @param {Standing | null} as @param {import('./types').Face} face */
export function standingText(as, face) {
  if (!as) {
    return '';
  }
  const value = face.decimal === 'none' ? String(as.ring) : number(as.score_tenths / 10, 1);
  return [`${as.zone || value}${as.inner ? '×' : ''}`, !as.unplaced && say('place', { x: number(as.x_mm, 1), y: number(as.y_mm, 1) }),
    STANDING[as.standing]].filter(Boolean).join(' · ');
}

class CorrectionsTrail extends HTMLElement {
  shown = '';

  connectedCallback() {
    fill(this, html`<h2>${say('trail')}</h2><p class="small none" hidden>${say('trailNone')}</p>
      <div class="scrolls" tabindex="0" role="region" aria-label="${say('trail')}"></div><p class="links"></p>`);
  }

  /** @param {Trail} trail */
  show({ corrections, complaints, face, card, past }) {
    const text = JSON.stringify([corrections, complaints, face.name, card, past]);
    if (text === this.shown) {
      return;
    }
    this.shown = text;
    const last = newest(corrections);
    const rows = [
      ...corrections.map((c) => ({ t_us: c.t_us, n: c.n, what: DONE[c.what] ?? c.what, from: standingText(c.before, face),
        to: standingText(c.after, face), why: c.reason, by: c.author, seq: !past && last.has(c.seq) && undoOf(c, null, face) ? c.seq : 0 })),
      ...complaints.map((c) => ({ t_us: c.t_us, n: c.shot, what: c.shot ? say('protest_') : say('missing_'), from: '', to: '',
        why: c.reason, by: c.author, seq: 0 })),
      ...complaints.filter((c) => c.state !== 'open').map((c) => ({ t_us: c.decided_us, n: c.shot, what: DECIDED[c.state] ?? c.state, from: '', to: '',
        why: c.text, by: c.decided_by, seq: 0 })),
    ].sort((a, b) => b.t_us - a.t_us);
    find(this, '.none').hidden = rows.length > 0;
    fill(find(this, '.links'), card ? html`<a href="${card}">${say('print')}</a>` : html``);
    fill(find(this, '.scrolls'), rows.length === 0 ? html`` : html`<table><thead><tr>${['when', 'number', 'what', 'from', 'to', 'reason', 'by']
      .map((name) => html`<th scope="col">${say(name)}</th>`)}<th scope="col"><span class="hide">${say('undo')}</span></th></tr></thead>
      <tbody>${rows.map((r) => html`<tr><td>${timeText(r.t_us)}</td><td>${r.n || ''}</td><td>${r.what}</td><td>${r.from}</td><td>${r.to}</td>
        <td class="words">${r.why}</td><td class="words">${r.by}</td><td>${r.seq > 0 && html`<button type="button" class="acts" data-undo="${r.seq}"
          aria-label="${say('undo')}: ${say('shot', { n: r.n })}, ${r.what}">${say('undo')}</button>`}</td></tr>`)}</tbody></table>`);
  }
}

customElements.define('corrections-trail', CorrectionsTrail);
