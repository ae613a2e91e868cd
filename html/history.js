/*
 * The page of what was shot before: whose, on what, how it went over time, any
 * two sessions on one target.  The address says what is looked at, so that it
 * can be sent to somebody.
 */

import { ask } from './ask.js';
import { calm } from './form.js';
import './history-compare.js';
import { PERIODS, addressOf, filterOf, sumsOf, wishesOf } from './history-figures.js';
import './history-guns.js';
import './history-heat.js';
import './history-sessions.js';
import { WORDS } from './history-text.js';
import './history-trend.js';
import { fill, find, html } from './html.js';
import { themed } from './kept.js';
import { speech } from './speech.js';
import { lang } from './words.js';

/**
 * What the parts of the page know of it.
 *
 * @typedef {ReturnType<typeof speech> & { wishes: ReturnType<typeof wishesOf>, only: string,
 *   wish: (patch: Partial<ReturnType<typeof wishesOf>>) => void, pick: (session: string) => void,
 *   face: (target: string) => Promise<any> }} Page
 */

/** Shooters to choose from; more are found by the address. */
const SHOOTERS_MAX = 2000;

const PARTS = ['history-trend', 'history-sessions', 'history-compare', 'history-heat', 'history-guns'];

const header = find(document, 'header');
const main = find(document, 'main');

const spoken = speech(WORDS, lang);
const { say, number } = spoken;

/** Faces by name. @type {Map<string, Promise<any>>} */
const faces = new Map();

/** A face, out of a session that was shot at it; null: there is none.
 * @param {string} target @returns {Promise<any>} */
function face(target) {
  const known = faces.get(target) ?? ask('GET', `/api/sessions?${new URLSearchParams({ target, limit: '1' })}`)
    .then(({ sessions }) => (sessions.length
      ? ask('GET', `/api/sessions/${encodeURIComponent(sessions[0].id)}.json`).then((s) => s.face) : null))
    .catch(() => {
      faces.delete(target); /* another try another time */
      return null;
    });
  faces.set(target, known);
  return known;
}

/** @type {Page} */
const page = { ...spoken, wishes: wishesOf(location.search), only: '', wish, pick, face };

/** Targets that somebody shot at, with their sums. @type {any[]} */
let groups = [];

let turn = 0;

/** @param {Partial<Page['wishes']>} patch */
function wish(patch) {
  Object.assign(page.wishes, patch);
  const { hash } = location;
  const said = new URLSearchParams(location.search).get('lang');
  const address = addressOf(page.wishes);
  history.replaceState(null, '', `${address}${said ? `${address.includes('?') ? '&' : '?'}lang=${said}` : ''}${hash}`);
  if ('shooter' in patch || 'target' in patch || 'days' in patch) {
    controls();
    show();
  } else if ('measure' in patch) {
    part('history-trend');
  } else {
    /** @type {any} */ (find(main, 'history-sessions')).marks();
    part('history-compare');
  }
}

/** One more to compare; the one that was ticked first gives way.  Again: none.
 * @param {string} session */
function pick(session) {
  const { picked } = page.wishes;
  wish({ picked: picked.includes(session) ? picked.filter((s) => s !== session) : [...picked, session].slice(-2) });
}

/** @param {string} name */
const part = (name) => /** @type {any} */ (find(main, name)).show(page);

function controls() {
  const { days } = page.wishes;
  header.querySelectorAll('[data-days]').forEach((b) =>
    b.setAttribute('aria-pressed', String(Number(/** @type {HTMLElement} */ (b).dataset.days) === days)));
}

/** @param {any[]} shooters */
function head(shooters) {
  const { shooter } = page.wishes;
  const unknown = shooter && !shooters.some((s) => s.id === shooter);
  fill(header, html`<div class="bar"><h1>${say('title')}</h1>
    <label><span class="unseen">${say('who')}</span><select data-wish="shooter"><option value="">${say('everybody')}</option>
      ${unknown && html`<option value="${shooter}" selected>${shooter}</option>`}
      ${shooters.map((s) => html`<option value="${s.id}" ${s.id === shooter && html`selected`}>${s.name ?? s.id}</option>`)}</select></label>
    <label><span class="unseen">${say('target')}</span><select data-wish="target"></select></label>
    <div class="days" role="group">${PERIODS.map((d) => html`<button type="button" data-days="${d}">${say(`days${d}`)}</button>`)}</div>
    <span class="gap"></span><a class="button" href="/">${say('lanes')}</a>
    <button type="button" data-do="print">${say('print')}</button><button type="button" data-do="theme"></button></div>`);
  header.addEventListener('change', ({ target }) => {
    const select = /** @type {HTMLSelectElement} */ (target);
    const { wish: name } = select.dataset;
    name && wish({ [name]: select.value, ...(name === 'shooter' && { target: '', picked: [] }) });
  });
  header.addEventListener('click', ({ target }) => {
    const button = /** @type {HTMLElement} */ (target).closest('button');
    if (button?.dataset.days) {
      wish({ days: Number(button.dataset.days) });
    } else if (button?.dataset.do === 'print') {
      print();
    }
  });
  controls();
  themed(find(header, '[data-do=theme]'), { sun: say('sun'), dark: say('dark') });
}

/** Targets to choose from: those that are shot at by whom it is about. */
function targets() {
  const { target } = page.wishes;
  const names = [...new Set([...groups.map((g) => g.key), ...(target ? [target] : [])])].filter(Boolean);
  fill(find(header, '[data-wish=target]'), html`<option value="">${say('all')}</option>${names.map((name) =>
    html`<option value="${name}" ${name === target && html`selected`}>${name}</option>`)}`);
}

/** What it comes to. @param {any[]} bests */
function summary(bests) {
  const { wishes } = page;
  const chosen = groups.filter((g) => !wishes.target || g.key === wishes.target);
  const sum = sumsOf(chosen);
  const best = bests.filter((b) => b.what === 'total' && (!page.only || b.target === page.only))
    .sort((a, b) => b.counted - a.counted)[0];
  const figures = [
    [say('sessions'), number(sum.sessions, 0)], [say('shots'), number(sum.counted, 0)],
    [say('average'), number(sum.counted ? sum.total_tenths / 10 / sum.counted : null, 2)],
    [say('inner'), number(sum.inner, 0)],
    chosen.length === 1 && [say('scatter'), `${number(chosen[0].sigma_mm, 1)} mm`],
    best && [say('best', { n: best.counted }), number(best.value, Number.isInteger(best.value) ? 0 : 1)],
  ].filter(Boolean);
  fill(find(main, '.sums'), html`<dl>${/** @type {string[][]} */ (figures).map(([name, value]) =>
    html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`);
}

/** Everything that the wishes are about. */
async function show() {
  const now = ++turn;
  const { wishes } = page;
  const { target, ...filter } = filterOf(wishes, new Date());
  try {
    const [stats, bests] = await Promise.all([
      ask('GET', `/api/stats?${new URLSearchParams({ by: 'target', ...filter })}`),
      wishes.shooter ? ask('GET', `/api/bests?${new URLSearchParams({ ...filter, ...(target && { target }) })}`) : { bests: [] }]);
    if (now !== turn) {
      return;
    }
    groups = stats.groups.sort((/** @type {any} */ a, /** @type {any} */ b) => b.sessions - a.sessions);
    page.only = wishes.target || (groups.length === 1 ? groups[0].key : '');
    targets();
    summary(bests.bests);
    find(main, '.nothing').hidden = groups.length > 0;
    PARTS.forEach(part);
  } catch (error) {
    if (now === turn) {
      calm(find(main, '.sums'), error, show);
    }
  }
}

/** @returns {Promise<any[]>} */
async function shooters() {
  const all = [];
  for (let next = ''; ;) {
    const answer = await ask('GET', `/api/shooters?limit=200${next && `&cursor=${encodeURIComponent(next)}`}`);
    all.push(...answer.shooters.filter((/** @type {any} */ s) => !s.erased));
    if (!answer.next || all.length >= SHOOTERS_MAX) {
      return all.sort((a, b) => (a.name ?? a.id).localeCompare(b.name ?? b.id, lang));
    }
    next = answer.next;
  }
}

async function begin() {
  try {
    head(await shooters());
    fill(main, html`<section class="card sums"></section>
      <section class="card nothing" hidden><h2>${say('none')}</h2><p>${say('noneYet')}</p></section>
      <div class="left"><history-trend></history-trend><history-sessions></history-sessions></div>
      <div class="right"><history-compare></history-compare><history-heat></history-heat><history-guns></history-guns></div>`);
    await show();
  } catch (error) {
    calm(main, error, begin);
  }
}

document.title = `GMShoot: ${say('title')}`;
begin();
