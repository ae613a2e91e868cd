/*
 * <history-compare>: shots of one or two sessions, or of one series of each,
 * on one target; what rings they made; a circle is of the one, a diamond of
 * the other.
 */

import { ask } from './ask.js';
import { calm } from './form.js';
import { centreOf, counting, ringsOf } from './history-figures.js';
import { fill, find, html } from './html.js';
import { faceRadius, faceSvg, isCard, mm } from './target.js';

class HistoryCompare extends HTMLElement {
  /** Sessions as their JSON tells. @type {any[]} */
  sessions = [];

  /** The series that is looked at of each; 0: all. */
  round = [0, 0];

  turn = 0;

  /** @type {import('./history.js').Page} */
  page = /** @type {any} */ (null);

  connectedCallback() {
    this.addEventListener('change', ({ target }) => {
      const select = /** @type {HTMLSelectElement} */ (target);
      this.round[Number(select.dataset.of)] = Number(select.value);
      this.draw();
    });
  }

  /** @param {import('./history.js').Page} page */
  async show(page) {
    this.page = page;
    const turn = ++this.turn;
    const { say, wishes: { picked } } = page;
    if (!this.firstElementChild) {
      fill(this, html`<section class="card"><h2>${say('compare')}</h2><div class="sets"></div>
        <svg role="img" aria-label="${say('compare')}" hidden></svg><div class="pages" hidden></div><p class="soft says"></p>
        <div class="rings"></div><div class="trouble"></div></section>`);
    }
    try {
      const known = new Map(this.sessions.map((s) => [s.session, s]));
      const sessions = await Promise.all(picked.map((id) => known.get(id)
        ?? ask('GET', `/api/sessions/${encodeURIComponent(id)}.json`)));
      if (turn !== this.turn) {
        return;
      }
      this.round = sessions.map((s) => (known.has(s.session) ? this.round[this.sessions.indexOf(s)] : 0));
      this.sessions = sessions;
      fill(find(this, '.trouble'), html``);
      this.sets();
      this.draw();
    } catch (error) {
      if (turn === this.turn) {
        calm(find(this, '.trouble'), error, () => this.show(this.page));
      }
    }
  }

  /** What is compared, with a choice of its series. */
  sets() {
    const { say, day, total } = this.page;
    fill(find(this, '.sets'), html`${this.sessions.map((s, i) => html`<div class="set is-${i}">
      <svg viewBox="-8 -8 16 16" aria-hidden="true"><path d="${i ? 'M0-7L7 0L0 7L-7 0Z' : 'M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0'}"/></svg>
      <span><b>${day(s.shots[0]?.t_frame_us ?? s.ended_us)}</b> ${s.shooter}, ${total(s, s.face)}
        <a href="/api/sessions/${encodeURIComponent(s.session)}.html" target="_blank" rel="noopener">${say('card')}</a></span>
      ${s.rounds.length > 1 && html`<label><span class="unseen">${day(s.ended_us)}</span><select data-of="${i}">
        <option value="0">${say('whole')}</option>${s.rounds.map((/** @type {any} */ r, /** @type {number} */ k) =>
    html`<option value="${r.round ?? k + 1}" ${this.round[i] === (r.round ?? k + 1) && html`selected`}>${
      say('round', { n: r.round ?? k + 1 })}</option>`)}</select></label>`}</div>`)}`);
  }

  /** @param {any} session @param {number} i */
  shotsOf(session, i) {
    return counting(session.shots).filter((s) => !this.round[i] || s.round === this.round[i]);
  }

  draw() {
    const svg = find(this, ':scope > section > svg');
    const says = find(this, '.says');
    const pages = find(this, '.pages');
    const { sessions, page: { say } } = this;
    const [first] = sessions;
    const apart = sessions.some((s) => s.face.name !== first.face.name);
    const cards = sessions.some((s) => isCard(s.face));
    svg.toggleAttribute('hidden', !first || apart || cards);
    pages.hidden = !first || !(apart || cards);
    says.textContent = !first ? say('pickOne') : apart ? say('differs') : '';
    fill(find(this, '.rings'), html`${first && !apart && !cards && this.rings()}`);
    if (!pages.hidden) {
      fill(pages, html`${sessions.map((s) => html`<img src="/api/sessions/${encodeURIComponent(s.session)}.svg" alt="${s.session}">`)}`);
    }
    if (svg.hasAttribute('hidden')) {
      return;
    }
    const shots = sessions.map((s, i) => this.shotsOf(s, i).filter((shot) => !shot.unplaced));
    const far = Math.max(...shots.flat().map((s) => Math.hypot(s.x_mm, s.y_mm)), first.face.black_mm / 2) + first.caliber_mm;
    const r = Math.min(faceRadius(first.face) * 1.02, far * 1.06);
    svg.setAttribute('viewBox', `${mm(-r)} ${mm(-r)} ${mm(2 * r)} ${mm(2 * r)}`);
    svg.innerHTML = `<g class="face">${faceSvg(first.face)}</g>` + shots.map((list, i) =>
      `<g class="shots is-${i}">${list.map((s) => this.mark(s, sessions[i].caliber_mm / 2, i)).join('')}</g>`).join('')
      + shots.map((list, i) => this.cross(list, i, r)).join('');
  }

  /** @param {any} s @param {number} r @param {number} i */
  mark(s, r, i) {
    const [x, y] = [mm(s.x_mm), mm(-s.y_mm)];
    return i ? `<path d="M${x} ${mm(-s.y_mm - r)}l${mm(r)} ${mm(r)}l${mm(-r)} ${mm(r)}l${mm(-r)} ${mm(-r)}z"/>`
      : `<circle cx="${x}" cy="${y}" r="${mm(r)}"/>`;
  }

  /** @param {any[]} list @param {number} i @param {number} r */
  cross(list, i, r) {
    const at = centreOf(list);
    const d = at && `M${mm(at.x_mm - r / 14)} ${mm(-at.y_mm)}h${mm(r / 7)}M${mm(at.x_mm)} ${mm(-at.y_mm - r / 14)}v${mm(r / 7)}`;
    return d ? `<path class="centre halo" d="${d}"/><path class="centre is-${i}" d="${d}"/>` : '';
  }

  /** How many shots of each ring, beside each other. */
  rings() {
    const { say, number } = this.page;
    const sets = this.sessions.map((s, i) => ringsOf(this.shotsOf(s, i), s.face));
    const most = Math.max(1, ...sets.flat().map((r) => r.n));
    const lowest = Math.max(...sets.map((set) => set.reduce((last, r, i) => (r.n > 0 ? i : last), 0)));
    return html`<h3>${say('rings')}</h3><table class="bars"><tbody>${sets[0].slice(0, lowest + 1).map(({ ring }, k) =>
      html`<tr><th scope="row">${ring === 'M' ? say('miss') : ring}</th>${sets.map((set, i) => html`<td>
        <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true"><rect class="is-${i}" width="${
          (set[k].n / most) * 100}" height="12"/></svg></td><td class="n">${number(set[k].n, 0)}</td>`)}</tr>`)}</tbody></table>`;
  }
}

customElements.define('history-compare', HistoryCompare);
