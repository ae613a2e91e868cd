/*
 * <lane-view>: which shots are drawn and how, the centre of the group, and when
 * a score is shown: at once, after a while, when it is asked for or called.  Older
 * series are thin outlines.  Fetched a moment after the page.
 */

import { groupOf, mayBeCentred } from './group.js';
import { fill, find, html, style } from './html.js';
import { counts, store } from './store.js';
import { autoLevel, isCard } from './target.js';
import { clockHour, clockWords, scoreText } from './text.js';
import { number, say } from './words.js';
import { halfWidths } from './zoom.js';

await style('view.css');

/** Of fewer shots it would be wider than the target. */
const LEAST_REGION = 5;

/** What is worked out waits for the frame with the shot. */
const LATER_MS = 100;

/** What the reader chose, until the next session.
 * @type {{ series: number[], delay_s: number, hidden: boolean, call: boolean }} */
const USUAL = { series: [], delay_s: 0, hidden: false, call: false };

/** @typedef {NonNullable<ReturnType<typeof groupOf>>} Group */

/** Cross and region in the units of the plot. @param {Group} group @param {number} size mm */
function groupSvg({ n, x, y, region: { a, b, angle } }, size) {
  const turn = `translate(${x} ${-y}) rotate(${(-angle * 180) / Math.PI})`;
  const d = `M${x - size} ${-y}H${x + size}M${x} ${-y - size}V${-y + size}`;
  const region = n < LEAST_REGION ? '' : `rx="${a}" ry="${b}" transform="${turn}"/>`;
  return ['casing', ''].map((name) => (region && `<ellipse class="${name}" ${region}`)
    + `<path class="${name}" d="${d}"/>`).join('');
}

/** @param {Group} group */
function groupWords(group) {
  const off = Math.hypot(group.x, group.y);
  const where = mayBeCentred(group) || clockHour(group.x, group.y) === 0 ? say`in the middle as far as ${group.n} shots tell`
    : say`${number(off, 1)} mm off, ${clockWords(group.x, group.y)}`;
  return html`Centre (MPI) ${where}; ${group.spread !== null && html`widest ${number(group.spread, 1)} mm, `}mean radius
    ${number(group.radius, 1)} mm, deviation ${number(group.sd_x, 1)} across, ${number(group.sd_y, 1)} up`;
}

class LaneView extends HTMLElement {
  choice = USUAL;

  /** Whose choice that is. */
  session = '';

  /** Shots that are not shown yet, by number. @type {Set<number>} */
  waiting = new Set();

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  later;

  /** The zoom is as it was before the shot that waits. */
  zoomed = false;

  connectedCallback() {
    const score = /** @type {any} */ (find(document, 'lane-score'));
    const tell = score.tell.bind(score);
    const layer = document.createElementNS('http://www.w3.org/2000/svg', 'g');
    layer.classList.add('mpi');
    find(document, 'lane-plot .lasts').before(layer);
    this.layer = layer;
    this.told = () => store.last && tell(store.last);
    score.tell = (/** @type {import('./types').Shot} */ shot) => (this.isLate ? undefined : tell(shot));
    this.button = document.createElement('button');
    this.button.type = 'button';
    this.button.className = 'reveal';
    this.button.textContent = say`Show`;
    this.button.addEventListener('click', () => this.reveal());
    const note = document.createElement('p');
    note.className = 'later';
    note.textContent = say`Follow through…`;
    find(score, '.last .big').append(note, this.button);
    store.subscribe((change) => this.changed(change));
    this.forget();
    this.draw();
    this.changed({ kind: 'status' });
  }

  get isLate() {
    return this.choice.hidden || this.choice.call || this.choice.delay_s > 0;
  }

  /** @param {import('./types').Change} change */
  changed({ kind, shot }) {
    if (store.doc?.old_holes?.length) {
      import('./lane-old.js');
    }
    if (kind === 'shot' && shot && this.isLate) {
      this.wait(shot.n);
    }
    if (kind === 'reset') {
      this.forget();
      this.hold();
    }
    if (['shot', 'reset', 'removed', 'view', 'coach'].includes(kind)) {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.draw(), LATER_MS);
    }
  }

  /** The next shooter begins with what is usual. */
  forget() {
    const id = store.doc?.session?.id ?? '';
    if (id !== this.session) {
      this.session = id;
      this.choose(USUAL);
    }
  }

  /** @param {Partial<typeof USUAL>} choice */
  choose(choice) {
    this.choice = { ...this.choice, ...choice };
    document.body.classList.toggle('late', this.isLate);
    document.body.classList.toggle('unscored', this.choice.hidden);
    this.reveal();
    if (this.choice.hidden) {
      store.shots.forEach(({ n }) => this.waiting.add(n));
      this.hold();
    }
    this.draw();
  }

  /** A score that comes later. @param {number} n of its shot */
  wait(n) {
    if (store.view.zoom === null && this.waiting.size === 0 && store.doc) {
      const before = store.shots.filter((shot) => shot.n !== n);
      this.zoomed = true; /* or a wide view would tell of a wide shot */
      store.setView({ zoom: autoLevel(halfWidths(), store.doc.face, before, store.doc.caliber_mm) });
    }
    this.waiting.add(n);
    this.hold();
    clearTimeout(this.timer);
    if (this.choice.call) {
      import('./lane-call.js').then(({ laneCall }) => laneCall.ask(n, () => this.reveal()), () => this.reveal());
    } else if (!this.choice.hidden) {
      this.timer = setTimeout(() => this.reveal(), this.choice.delay_s * 1000);
    }
  }

  hold() {
    const late = this.waiting.size > 0;
    document.body.classList.toggle('follow', late);
    for (const mark of document.querySelectorAll('lane-plot .shot')) {
      mark.classList.toggle('wait', this.waiting.has(Number(mark.getAttribute('data-n'))));
    }
    if (late) {
      find(document, 'lane-plot svg').setAttribute('aria-label', say`Target; the last shot is not shown yet`);
    }
  }

  reveal() {
    const late = this.waiting.size > 0;
    clearTimeout(this.timer);
    this.waiting.clear();
    /** @type {any} */ (document.querySelector('lane-call.asks'))?.stop();
    this.hold();
    if (this.zoomed) {
      this.zoomed = false;
      store.setView({ zoom: null });
    }
    if (late) {
      /** @type {any} */ (find(document, 'lane-plot')).markLast();
      this.told?.();
    }
  }

  draw() {
    const { series } = this.choice;
    const current = store.series;
    for (const mark of document.querySelectorAll('lane-plot .shot')) {
      const of = Number(mark.getAttribute('data-series'));
      mark.classList.toggle('off', series.length > 0 && !series.includes(of));
      mark.classList.toggle('old', series.length === 0 && of !== current);
    }
    this.figures(series.length > 0 ? series : [current]);
  }

  /** @param {number[]} series from 0 */
  figures(series) {
    /** @type {Map<number, import('./types').Shot[]>} */
    const shots = new Map(series.map((of) => [of, []]));
    store.eachSeries((shot, of) => counts(shot) && shots.get(of)?.push(shot));
    const { doc } = store;
    const groups = [...shots].map(([of, list]) => ({ of, list, group: groupOf(list.filter((s) => !s.unplaced)) }));
    const size = (doc?.caliber_mm ?? 0) * 0.7;
    if (this.layer) {
      this.layer.innerHTML = doc && !isCard(doc.face)
        ? groups.map(({ group }) => (group ? groupSvg(group, size) : '')).join('') : '';
    }
    const rows = groups.filter(({ group }) => group || this.choice.series.length > 0);
    this.hidden = rows.length === 0;
    fill(this, html`${rows.map(({ of, list, group }) => html`<p><b>Series ${of + 1}</b> ${sumOf(list)}${
      group && html` · ${groupWords(group)}`}</p>`)}<div class="calls"></div>`);
    this.calls();
  }

  /** How well who shoots knows where his shots went. */
  async calls() {
    const { calls = [] } = store.doc?.session ?? {};
    const { callsOf } = calls.length > 0 ? await import('./calls.js') : { callsOf: () => null };
    const told = callsOf(calls, store.shots.filter(({ n }) => !this.waiting.has(n)));
    this.hidden &&= !told;
    fill(find(this, '.calls'), html`${told && callsWords(told)}`);
  }
}

/** @param {NonNullable<ReturnType<import('./calls.js')['callsOf']>>} told */
function callsWords({ n, error, now, x, y }) {
  const off = Math.hypot(x, y);
  return html`<b>Calls</b> ${n} · ${number(error, 1)} mm off on average${now !== null && html`, the last five ${number(now, 1)} mm`};
    ${clockHour(x, y) === 0 ? html`shots lie around them` : html`shots lie ${number(off, 1)} mm off, ${clockWords(x, y)}`}`;
}

/** @param {import('./types').Shot[]} shots */
const sumOf = (shots) => scoreText(shots.reduce((sum, s) => sum + s.score_tenths, 0),
  shots.reduce((sum, s) => sum + s.ring, 0), store.decimal);

customElements.define('lane-view', LaneView);

/** The one of this page. */
export const laneView = new LaneView();
find(document, '.tables').prepend(laneView);
