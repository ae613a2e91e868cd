/*
 * <admin-performance>: how the lanes fared in the last hour, and how long a
 * shot takes to this screen.
 */

import { WORDS } from './admin-figures-text.js';
import {
  barsOf, barsSvg, extent, lastHour, linesSvg, perSecond, place, quantile, samplesOf, sum, value,
} from './admin-performance-chart.js';
import { ScreenTimes } from './admin-performance-screen.js';
import { ask } from './ask.js';
import { calm } from './form.js';
import { fill, find, html, setText } from './html.js';
import { range } from './range.js';
import { speech } from './speech.js';
import { lang } from './words.js';

const LOOK_MS = 10000;
const HEIGHT = 150;
const BARS_HEIGHT = 190;

const { say, number } = speech(WORDS, lang);

/** @typedef {import('./admin-performance-chart.js').Sample} Sample */

/** What is drawn: lines with their words, how many digits, and the unit.
 * @type {{ name: string, lines: { word: string, of: (s: Sample) => number | null }[], digits: number, unit: string }[]} */
const CHARTS = [
  { name: 'rate', digits: 1, unit: 'perSecond',
    lines: [{ word: 'captured', of: perSecond('captured') }, { word: 'analysed', of: perSecond('analysed') }] },
  { name: 'drops', digits: 0, unit: '',
    lines: [{ word: 'dropped', of: value('dropped') }, { word: 'broken', of: sum(['bad', 'lost']) }] },
  ...['decode', 'analyse', 'hole', 'commit', 'shot'].map((stage) => ({ name: stage, digits: 1, unit: 'ms',
    lines: [{ word: 'p50', of: value(`${stage}_p50_ms`) }, { word: 'p95', of: value(`${stage}_p95_ms`) }] })),
  { name: 'cpu', digits: 2, unit: 'cores',
    lines: [{ word: 'worker', of: value('cpu') }] },
  { name: 'busy', digits: 0, unit: 'percent',
    lines: [{ word: 'computer', of: (s) => (s.busy === null ? null : s.busy * 100) }] },
  { name: 'restarts', digits: 0, unit: '',
    lines: [{ word: 'processes', of: value('restarts') }, { word: 'cameras', of: value('camera_opens') }] },
  { name: 'clients', digits: 0, unit: '',
    lines: [{ word: 'streams', of: value('streams') }, { word: 'viewers', of: value('viewers') }] },
];

/** Goes on while other parts of the page are looked at. */
const times = new ScreenTimes();
const now = () => performance.timeOrigin + performance.now();

range.heard.add((name, data) => {
  if (name === 'shot') {
    /* the page has drawn it, or does so with this frame */
    requestAnimationFrame(() => setTimeout(() => {
      if (times.drawn(data, now()) !== null) {
        document.querySelector('admin-performance')?.dispatchEvent(new CustomEvent('measured'));
      }
    }));
  }
});

class AdminPerformance extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @type {Sample[]} */
  samples = [];

  /** '': all lanes. */
  lane = '';

  /** Told of an answer that another choice overtook. */
  turn = 0;

  step_s = 10;

  /** Instant that is read out, or null. @type {number | null} */
  at = null;

  connectedCallback() {
    fill(this, html`<section class="card choose"><h2>${say('performance')}</h2><label>${say('lane')}
        <select>${this.options()}</select></label><p class="small">${say('performanceSays')}</p></section>
      <div class="charts">${CHARTS.map(({ name, lines }) => html`<figure class="card" data-chart="${name}">
        <figcaption><h3>${say(name)}</h3><p class="small">${say(`says-${name}`)}</p></figcaption>
        <svg role="application" aria-roledescription="${say('chart')}" tabindex="0" aria-label="${say(name)}" height="${HEIGHT}"></svg>
        <p class="legend">${lines.map(({ word }, i) => html`<span class="key-${i}">${say(word)} <b data-line="${i}">–</b></span>`)}</p>
        <p class="small read">&nbsp;</p></figure>`)}
      <figure class="card screen"><figcaption><h3>${say('screen')}</h3><p class="small">${say('screenSays')}</p></figcaption>
        <svg role="img" aria-label="${say('screen')}" height="${BARS_HEIGHT}"></svg><p class="legend"></p></figure></div>
      <p class="unseen" role="status"></p><div class="trouble"></div>`);
    find(this, 'select').addEventListener('change', ({ target }) => this.choose(/** @type {HTMLSelectElement} */ (target).value));
    this.addEventListener('measured', () => this.screen());
    this.addEventListener('pointermove', (event) => this.point(event));
    this.addEventListener('pointerleave', () => this.read(null));
    this.addEventListener('keydown', (event) => this.key(event));
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(this);
    this.left = range.subscribe(({ kind }) => kind === 'lanes' && this.lanes());
    this.look();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.sized?.disconnect();
    this.left?.();
  }

  options() {
    return html`<option value="">${say('allLanes')}</option>${[...range.lanes.values()].map(({ name, title }) =>
      html`<option value="${name}" ${name === this.lane && html`selected`}>${title}</option>`)}`;
  }

  /** Which there are has changed. */
  lanes() {
    fill(find(this, 'select'), this.options());
  }

  /** @param {string} lane */
  choose(lane) {
    this.lane = lane;
    this.samples = [];
    this.draw();
    this.look();
  }

  async look() {
    clearTimeout(this.timer);
    const turn = ++this.turn;
    const path = this.lane ? `/api/lanes/${encodeURIComponent(this.lane)}/performance` : '/api/performance';
    const last = this.samples.at(-1)?.t_us;
    const asked = now();
    try {
      const answer = await ask('GET', `${path}${last ? `?since=${last}` : ''}`);
      times.look(asked, now(), answer.now_us);
      if (turn !== this.turn) {
        return;
      }
      this.step_s = answer.step_s;
      this.samples = lastHour(this.samples, samplesOf(answer), answer.now_us);
      fill(find(this, '.trouble'), html``);
      this.draw();
    } catch (error) {
      if (turn === this.turn) {
        calm(find(this, '.trouble'), error, () => this.look());
      }
    }
    if (this.isConnected && turn === this.turn) {
      this.timer = setTimeout(() => (document.hidden ? this.later() : this.look()), LOOK_MS);
    }
  }

  /** Nobody looks: nothing is asked for. */
  later() {
    document.addEventListener('visibilitychange', () => this.isConnected && this.look(), { once: true });
  }

  /** The right edge: the newest sample, or now by the range's clock. */
  get now_ms() {
    return Math.max(now() + (times.clock?.off_ms ?? 0), (this.samples.at(-1)?.t_us ?? 0) / 1000);
  }

  draw() {
    for (const chart of CHARTS) {
      const figure = find(this, `[data-chart=${chart.name}]`);
      const svg = find(figure, 'svg');
      const width = Math.max(240, Math.round(svg.getBoundingClientRect().width));
      svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
      svg.innerHTML = linesSvg(this.samples, chart.lines.map((l) => l.of),
        { width, height: HEIGHT, lang, digits: chart.digits === 2 ? 1 : 0, step_s: this.step_s, now_ms: this.now_ms });
      const told = chart.lines.map(({ word, of }, i) => {
        const is = extent(this.samples, of);
        setText(find(figure, `[data-line="${i}"]`), is ? this.amount(chart, is.newest) : '–');
        return is ? say('extent', { what: say(word), now: this.amount(chart, is.newest),
          least: this.amount(chart, is.least), most: this.amount(chart, is.most) }) : '';
      }).filter(Boolean).join('; ');
      svg.setAttribute('aria-label', `${say(chart.name)}: ${told || say('noSamples')}`);
    }
    this.screen();
    this.read(this.at);
  }

  /** @param {typeof CHARTS[0]} chart @param {number | null} v */
  amount({ digits, unit }, v) {
    return v === null ? '–' : [number(v, digits), unit && say(unit)].filter(Boolean).join('\u00a0');
  }

  /** The histogram of what was measured here. */
  screen() {
    const figure = find(this, '.screen');
    const svg = find(figure, 'svg');
    const width = Math.max(240, Math.round(svg.getBoundingClientRect().width));
    const list = times.of(this.lane);
    const { clock } = times;
    svg.setAttribute('viewBox', `0 0 ${width} ${BARS_HEIGHT}`);
    svg.innerHTML = barsSvg(barsOf(list), { width, height: BARS_HEIGHT }, '…');
    const figures = list.length ? say('screenFigures', { n: list.length, p50: number(quantile(list, 0.5), 0),
      p95: number(quantile(list, 0.95), 0) }) : say('screenNone');
    svg.setAttribute('aria-label', `${say('screen')}: ${figures}`);
    setText(find(figure, '.legend'), [figures, clock && say('screenClock', {
      off: number(clock.off_ms, 0), error: number(Math.max(1, clock.error_ms), 0) })].filter(Boolean).join(' '));
  }

  /** @param {PointerEvent} event */
  point(event) {
    const svg = /** @type {Element} */ (event.target).closest('[data-chart] svg');
    if (!svg) {
      this.read(null);
      return;
    }
    const box = svg.getBoundingClientRect();
    this.read(place(1, this.now_ms, box).at(event.clientX - box.left));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && this.samples.length && /** @type {Element} */ (event.target).matches('[data-chart] svg')) {
      event.preventDefault();
      const last = this.samples.length - 1;
      const i = this.at === null ? last : Math.min(last, Math.max(0, this.nearest(this.at) + by));
      this.read((this.samples[i].t_us ?? 0) / 1000);
      const figure = /** @type {Element} */ (/** @type {Element} */ (event.target).closest('figure'));
      setText(find(this, '[role=status]'), find(figure, '.read').textContent ?? '');
    }
  }

  /** @param {number} t_ms */
  nearest(t_ms) {
    return this.samples.reduce((best, s, i) =>
      (Math.abs((s.t_us ?? 0) / 1000 - t_ms) < Math.abs((this.samples[best].t_us ?? 0) / 1000 - t_ms) ? i : best), 0);
  }

  /** Reads one instant out below each chart. @param {number | null} t_ms */
  read(t_ms) {
    const s = t_ms === null || !this.samples.length ? null : this.samples[this.nearest(t_ms)];
    this.at = s ? (s.t_us ?? 0) / 1000 : null;
    for (const chart of CHARTS) {
      const figure = find(this, `[data-chart=${chart.name}]`);
      setText(find(figure, '.read'), s ? `${new Date((s.t_us ?? 0) / 1000).toLocaleTimeString(lang)}: ${
        chart.lines.map(({ word, of }) => `${say(word)} ${this.amount(chart, of(s))}`).join(', ')}` : '\u00a0');
    }
  }
}

customElements.define('admin-performance', AdminPerformance);
