/*
 * <coach-lane>: one lane in depth: its film, its group with the rhythm and what
 * the shots tell, and what the coach says, draws and shows.
 */

import { laneUrl } from './api.js';
import { ask } from './ask.js';
import { CoachFilm } from './coach-film.js';
import { CoachShow } from './coach-show.js';
import { fill, find, html, setText } from './html.js';
import { store } from './store.js';
import './lane-stage.js';
import './coach-words.js';
import { number, say, told } from './words.js';

/** What the shots tell is asked for when they have not come for so long. */
const CALM_MS = 600;

/** @param {number | null | undefined} v @param {number} [digits] */
const figure = (v, digits = 1) => (v === null || v === undefined ? '–' : number(v, digits));

/** Two digits that count. @param {number} percent */
const chance = (percent) => number(percent, Math.max(0, Math.min(9, 1 - Math.floor(Math.log10(percent || 1)))));

/** Where the middle of a group lies: 2.5 → 4.0 ↓. @param {import('./types').GroupFigures} group */
const middleWords = ({ mpi_x: { mm: x }, mpi_y: { mm: y } }) => (x === null || y === null ? '–'
  : `${figure(Math.abs(x))} ${x < 0 ? '←' : '→'} ${figure(Math.abs(y))} ${y < 0 ? '↓' : '↑'}`);

/** @param {import('./types').Statistics | null} statistics */
function figuresOf(statistics) {
  const group = statistics?.round ?? statistics?.session;
  const splits = statistics?.splits;
  if (!group || !splits) {
    return html`<p class="small">Figures come with the shots.</p>`;
  }
  const sigma = group.sigma;
  return html`<dl><div><dt>Middle, mm</dt><dd>${middleWords(group)}</dd></div>
    <div><dt>Mean radius, mm</dt><dd>${figure(group.mean_radius.mm)}</dd></div>
    <div><dt>Sigma, mm</dt><dd>${figure(sigma.mm)} <small>${sigma.low_mm !== null && say`${figure(sigma.low_mm)} to ${figure(sigma.high_mm)}`}</small></dd></div>
    <div><dt>Widest, mm</dt><dd>${figure(group.extreme_spread.mm)}</dd></div>
    <div><dt>Rhythm, s</dt><dd>${figure(splits.median_s, 0)} <small>± ${figure(splits.sd_s, 0)}</small></dd></div></dl>
    <p class="small">${statistics?.round ? say`Round ${group.round ?? ''}` : say`All`}, ${group.n} shots. Rhythm of all.</p>`;
}

/** What the rules find, each with the test that it stands on. @param {any} advice */
function findingsOf(advice) {
  const { findings = [], action = null, more = null } = advice ?? {};
  if (findings.length === 0) {
    return html`<p class="small">Nothing yet that could not be chance.${typeof more === 'number' && more > 0
      && html` ${more} more shots may tell.`}</p>`;
  }
  return html`${findings.map((/** @type {any} */ f) => html`<article class="finding"><p><b lang="en">${f.text}</b></p>
    <p class="small">${f.hypothesis && html`A hypothesis. `}<span lang="en">${f.evidence?.sign}</span>: ${f.evidence?.n} shots${
      typeof f.evidence?.p_family === 'number' && html`, chance ${chance(100 * f.evidence.p_family)} %`}</p></article>`)}
    ${action && html`<p lang="en">${action.text}</p><div class="row"><button type="button" data-say="${action.text}">Say that</button>
      ${action.drill && html`<button type="button" data-drill="${action.drill.id}">Drill: ${told(action.drill.title)}</button>`}</div>`}`;
}

class CoachLane extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  connectedCallback() {
    fill(this, html`<section class="film" aria-label="Camera"></section>
      <section class="group" aria-label="Group"><h2>Group</h2><lane-stage></lane-stage>
        <div class="card acts pen"></div><div class="card figures"></div></section>
      <section class="talk" aria-label="Findings, tips and drills"><h2>What the shots say</h2><div class="card findings"></div>
        <coach-words></coach-words></section>`);
    this.film = new CoachFilm();
    find(this, '.film').append(this.film);
    this.show = new CoachShow(find(this, '.pen'), find(this, 'lane-stage'), this.film);
    this.words = /** @type {import('./coach-words.js').CoachWords} */ (/** @type {unknown} */ (find(this, 'coach-words')));
    this.addEventListener('film', () => {
      this.show?.changed();
      this.words?.about(this.film?.shot ?? 0);
    });
    this.addEventListener('click', (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest('button');
      if (button?.dataset.say) {
        this.words?.propose(button.dataset.say);
      } else if (button?.dataset.drill) {
        this.words?.chooseDrill(button.dataset.drill);
      }
    });
    this.unsubscribe = store.subscribe(({ kind }) => {
      if (['reset', 'shot', 'removed'].includes(kind)) {
        this.soon();
      }
    });
    this.soon(0);
  }

  disconnectedCallback() {
    this.unsubscribe?.();
    this.show?.close();
    clearTimeout(this.timer);
  }

  soon(wait = CALM_MS) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), wait);
  }

  /** Figures and findings of the shots as they are now. */
  async ask() {
    const { lane } = store;
    const [stats, advice] = await Promise.all([
      ask('GET', laneUrl(lane, '/stats')).catch(() => null),
      ask('GET', laneUrl(lane, '/advice')).catch((error) => error)]);
    if (lane !== store.lane || !this.isConnected) {
      return;
    }
    fill(find(this, '.figures'), figuresOf(stats?.statistics ?? null));
    if (advice instanceof Error) {
      setText(find(this, '.findings'), `${advice.message}.`);
    } else {
      fill(find(this, '.findings'), findingsOf(advice?.advice));
    }
  }
}

customElements.define('coach-lane', CoachLane);
