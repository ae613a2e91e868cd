/*
 * <admin-system>: what is wrong and what to do about it, how the lanes keep
 * up, room on the disk, the history, and the configuration as the worker
 * accepted it.
 */

import { WORDS } from './admin-figures-text.js';
import { heard, titleOf } from './admin-statistics-problems.js';
import { ask } from './ask.js';
import { calm } from './form.js';
import { fill, find, html } from './html.js';
import { range } from './range.js';
import { speech } from './speech.js';
import { ageText } from './text.js';
import { lang } from './words.js';

const { say, number } = speech(WORDS, lang);

const LOOK_MS = 5000;

/** Less room than this is shown as trouble. */
const ROOM_SHARE = 0.05;

/** @param {number} bytes */
const bytesText = (bytes) => {
  const i = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** i;
  return `${number(value, value >= 100 || i === 0 ? 0 : 1)} ${['B', 'kB', 'MB', 'GB', 'TB'][i]}`;
};

/** As it was said, as people write it here. @param {number} value */
const figure = (value) => new Intl.NumberFormat(lang, { maximumFractionDigits: 3 }).format(value);

class AdminSystem extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** What stands where. @type {Map<string, string>} */
  shown = new Map();

  connectedCallback() {
    fill(this, html`<section class="card wrong"></section><past-problems class="card"></past-problems>
      <section class="card"><h2>${say('lanes')}</h2><div class="scrolls" tabindex="0" role="region" aria-label="${say('lanes')}"></div></section>
      <section class="card disk"></section><section class="card conf"></section><div class="trouble"></div>`);
    this.look();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async look() {
    clearTimeout(this.timer);
    try {
      const [problems, system, config] = await Promise.all([ask('GET', '/api/problems'), ask('GET', '/api/system'),
        document.body.dataset.role === 'admin' ? ask('GET', '/api/config') : null]);
      fill(find(this, '.trouble'), html``);
      this.wrong(problems);
      this.disk(system);
      this.conf(config);
    } catch (error) {
      calm(find(this, '.trouble'), error, () => this.look());
    }
    this.lanes();
    /** @type {any} */ (find(this, 'past-problems')).look();
    if (this.isConnected) {
      this.timer = setTimeout(() => (document.hidden ? this.later() : this.look()), LOOK_MS);
    }
  }

  /** Writes what has changed alone: nothing shuts or scrolls under a finger.
   * @param {string} where @param {import('./html.js').Markup} markup */
  put(where, markup) {
    if (this.shown.get(where) !== markup.text) {
      this.shown.set(where, markup.text);
      fill(find(this, where), markup);
    }
  }

  /** Nobody looks: nothing is asked for. */
  later() {
    document.addEventListener('visibilitychange', () => this.isConnected && this.look(), { once: true });
  }

  /** @param {any} answer */
  wrong({ problems }) {
    const many = problems.length;
    this.put('.wrong', html`<h2>${many ? say(many === 1 ? 'trouble' : 'troubles', { n: many }) : say('allWell')}</h2>
      <ul class="things">${problems.map((/** @type {any} */ p) => html`<li><div><b>${p.lane ? `${range.lanes.get(p.lane)?.title ?? p.lane}: ` : ''}${
  lang === 'en' ? p.title : titleOf(p)}</b> ${heard(p.detail)}</div></li>`)}</ul>
      ${!many && html`<p class="small">${say('allWellSays')}</p>`}`);
  }

  lanes() {
    const rows = [...range.lanes.values()];
    this.put('.scrolls', html`<table><thead><tr>${['lane', 'camera', 'fps', 'dropped', 'bad', 'median', 'within95'].map((c) =>
      html`<th scope="col">${say(c)}</th>`)}</tr></thead><tbody>${rows.map(({ title, store }) => {
  const { camera, detector } = /** @type {any} */ (store.doc ?? {});
  const ms = (/** @type {unknown} */ v) => (typeof v === 'number' ? `${number(v, 1)} ms` : '–');
  return html`<tr><th scope="row">${title}</th><td>${camera ? `${camera.kind}, ${say(`at-${camera.state}`)}` : say('silent')}</td><td>${number(camera?.fps, 1)}</td>
      <td>${number(camera?.dropped, 0)}</td><td>${number(camera?.bad, 0)}</td><td>${ms(detector?.ms_p50)}</td><td>${ms(detector?.ms_p95)}</td></tr>`;
})}</tbody></table>`);
  }

  /** @param {any} system */
  disk({ disk, history, archive, lanes, versions }) {
    const little = disk && disk.free_bytes < disk.total_bytes * ROOM_SHARE;
    const late = lanes.filter((/** @type {any} */ l) => l.detail);
    const how = archive.behind ? say('behind', { n: number(archive.behind, 0) }) : say('hasAll');
    this.put('.disk', html`<h2>${say('records')}</h2><dl class="facts">
      <div><dt>${say('disk')}</dt><dd class="${little ? 'error' : ''}">${disk
  ? say('freeOf', { free: bytesText(disk.free_bytes), total: bytesText(disk.total_bytes) }) : say('notKnown')}</dd></div>
      <div><dt>${say('history')}</dt><dd>${say('historyIs', { sessions: number(history.sessions, 0), shots: number(history.shots, 0),
    size: bytesText(history.bytes) })}</dd></div>
      <div><dt>${say('archive')}</dt><dd>${say('runsFor', { how, time: ageText(Date.now() - archive.started_us / 1000) })}</dd></div>
      <div><dt>${say('versions')}</dt><dd>${say('versionsAre', versions)}</dd></div></dl>
      <ul class="things">${late.map((/** @type {any} */ l) => html`<li><div><b>${say('journalOf', { lane: l.name })}</b> ${heard(l.detail)}</div></li>`)}</ul>`);
  }

  /** @param {any} config null: this role may not see it */
  conf(config) {
    const place = find(this, '.conf');
    place.hidden = !config;
    if (!config) {
      return;
    }
    const { from, id, generation, ranges, pending, refused } = config;
    const titles = pending.map((/** @type {string} */ name) => range.lanes.get(name)?.title ?? name).join(', ');
    this.put('.conf', html`<h2>${say('configuration')}</h2><p class="small">${say(from === 'nginx' ? 'fromNginx' : 'fromOwn')}</p>
      ${refused && html`<p class="error"><b>${say('lastRefused')}:</b> ${heard(refused.detail)}</p>`}
      <dl class="facts"><div><dt>${say('generation')}</dt><dd>${generation}</dd></div><div><dt>${say('id')}</dt><dd>${id}</dd></div>
        <div class="waits"><dt>${say('waits')}</dt><dd>${pending.length ? say('waitsFor', { lanes: titles }) : say('waitsNone')}</dd></div></dl>
      <ul class="things">${ranges?.lanes?.length ? ranges.lanes.map((/** @type {any} */ l) => html`<li><div><b>${l.title}</b> (${l.name})<p class="small">${
  [l.camera.join(' '), l.target, `${figure(l.caliber_mm)} mm`, l.distance_m && `${figure(l.distance_m)} m`].filter(Boolean).join(' · ')}</p>${
  pending.includes(l.name) && html`<p>${say('pendingHere')}</p>`}</div></li>`) : html`<li>${say('noRanges')}</li>`}</ul>
      <details><summary>${say('asJson')}</summary><pre>${JSON.stringify(ranges, null, 1)}</pre></details>`);
  }
}

customElements.define('admin-system', AdminSystem);
