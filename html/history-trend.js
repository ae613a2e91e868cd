/*
 * <history-trend>: how score, scatter and centre went over time.  A dot under
 * the pointer, or under the arrow keys, is read out; pressed, it is compared.
 */

import { ask } from './ask.js';
import { chartSvg, scales } from './chart.js';
import { calm } from './form.js';
import { MEASURES, dayPoints, filterOf, trendPoints } from './history-figures.js';
import { fill, find, html, setText } from './html.js';

const HEIGHT = 260;

class HistoryTrend extends HTMLElement {
  /** @type {(import('./chart.js').Point & { session?: string })[]} */
  points = [];

  /** Which point is read out; -1: none. */
  at = -1;

  /** Told of an answer that a later question overtook. */
  turn = 0;

  /** @type {import('./history.js').Page} */
  page = /** @type {any} */ (null);

  /** @param {import('./history.js').Page} page */
  async show(page) {
    this.page = page;
    const { say } = page;
    const turn = ++this.turn;
    const { measure, shooter } = page.wishes;
    if (!this.querySelector('svg')) {
      this.build();
    }
    const measures = shooter ? MEASURES : MEASURES.slice(0, 2);
    fill(find(this, 'select'), html`${measures.map(({ name }) =>
      html`<option value="${name}" ${name === measure && html`selected`}>${say(name)}</option>`)}`);
    const shown = measures.some((m) => m.name === measure) ? measure : measures[0].name;
    const filter = new URLSearchParams(filterOf(page.wishes, new Date()));
    this.classList.add('waits');
    try {
      const answer = shooter ? await ask('GET', `/api/trends?${filter}`)
        : await ask('GET', `/api/stats?by=day&${filter}`);
      if (turn !== this.turn) {
        return;
      }
      this.points = shooter ? trendPoints(answer.points, shown) : dayPoints(answer.groups, shown);
      setText(find(this, '.says'), [shooter ? say('trendSays') : say(shown === 'sigma' ? 'daySigma' : 'daySays'),
        shooter && answer.next && say('truncated', { n: answer.points.length, of: answer.of })].filter(Boolean).join(' '));
      fill(find(this, '.trouble'), html``);
      this.digits = MEASURES.find((m) => m.name === shown)?.digits ?? 1;
      this.draw();
    } catch (error) {
      if (turn === this.turn) {
        calm(find(this, '.trouble'), error, () => this.show(this.page));
      }
    }
    this.classList.remove('waits');
  }

  digits = 2;

  build() {
    const { say } = this.page;
    fill(this, html`<section class="card"><div class="head"><h2>${say('trend')}</h2>
      <label><span class="unseen">${say('trend')}</span><select></select></label></div>
      <svg tabindex="0" role="application" aria-roledescription="chart" aria-label="${say('trend')}"></svg>
      <p class="read" role="status"></p><p class="soft says"></p><div class="trouble"></div></section>`);
    const svg = find(this, 'svg');
    find(this, 'select').addEventListener('change', ({ target }) =>
      this.page.wish({ measure: /** @type {HTMLSelectElement} */ (target).value }));
    svg.addEventListener('pointermove', (event) => this.read(this.nearest(/** @type {PointerEvent} */ (event))));
    svg.addEventListener('pointerleave', () => this.read(-1));
    svg.addEventListener('click', (event) => this.press(this.nearest(/** @type {PointerEvent} */ (event))));
    svg.addEventListener('keydown', (event) => this.key(/** @type {KeyboardEvent} */ (event)));
    new ResizeObserver(() => this.draw()).observe(svg);
  }

  get look() {
    return { width: find(this, 'svg').clientWidth || 600, height: HEIGHT, lang: this.page.lang, digits: this.digits };
  }

  draw() {
    const svg = find(this, 'svg');
    const known = this.points.filter((p) => p.value !== null);
    const { look } = this;
    svg.setAttribute('viewBox', `0 0 ${look.width} ${look.height}`);
    svg.innerHTML = known.length > 1 ? `${chartSvg(this.points, look)}<circle class="here" r="7" visibility="hidden"/>`
      : `<text class="nothing" x="${look.width / 2}" y="${look.height / 2}"></text>`;
    if (known.length < 2) {
      setText(find(svg, 'text'), this.page.say('noChart'));
    }
    this.read(-1);
  }

  /** @param {PointerEvent} event @returns {number} -1: none */
  nearest(event) {
    if (this.points.length < 2) {
      return -1;
    }
    const { x, y } = scales(this.points, this.look);
    const box = find(this, 'svg').getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    let best = -1;
    let least = Infinity;
    this.points.forEach((p, i) => {
      const d = p.value === null ? Infinity : Math.hypot(x(p.t_ms) - at.x, (y(p.value) - at.y) / 3);
      if (d < least) {
        least = d;
        best = i;
      }
    });
    return best;
  }

  /** @param {number} i */
  read(i) {
    this.at = i;
    const p = this.points[i];
    const here = this.querySelector('.here');
    const { say, day, number } = this.page;
    setText(find(this, '.read'), p ? say('readOut', { date: day(p.t_ms * 1000), value: number(p.value, this.digits) }) : '\u00a0');
    if (here) {
      here.setAttribute('visibility', p ? 'visible' : 'hidden');
      if (p) {
        const { x, y } = scales(this.points, this.look);
        here.setAttribute('cx', String(x(p.t_ms)));
        here.setAttribute('cy', String(y(p.value ?? 0)));
      }
    }
  }

  /** @param {number} i */
  press(i) {
    const session = this.points[i]?.session;
    session && this.page.pick(session);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const last = this.points.length - 1;
    const to = { ArrowLeft: this.at < 0 ? last : Math.max(0, this.at - 1), ArrowRight: Math.min(last, this.at + 1),
      Home: 0, End: last }[event.key];
    if (to !== undefined && last > 0) {
      event.preventDefault();
      this.read(to);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.press(this.at);
    }
  }
}

customElements.define('history-trend', HistoryTrend);
