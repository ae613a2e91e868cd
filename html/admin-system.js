/*
 * <admin-system>: what is wrong and what to do about it, how the lanes keep
 * up, room on the disk, the history, and the configuration as the worker
 * accepted it.
 */

import { ask } from './ask.js';
import { calm } from './form.js';
import { fill, find, html } from './html.js';
import { range } from './range.js';
import { ageText, shotsWords } from './text.js';
import { number, say } from './words.js';

const LOOK_MS = 5000;

/** Less room than this is shown as trouble. */
const ROOM_SHARE = 0.05;

/** @param {number} bytes */
export const bytesText = (bytes) => {
  const i = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** i;
  return `${value >= 100 || i === 0 ? Math.round(value) : number(value, 1)} ${['B', 'kB', 'MB', 'GB', 'TB'][i]}`;
};

/** @type {Record<string, string>} */
const CAMERA = { ok: say`ok`, opening: say`opening`, lost: say`lost`, ended: say`ended` };

class AdminSystem extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** What stands where. @type {Map<string, string>} */
  shown = new Map();

  connectedCallback() {
    fill(this, html`<section class="card wrong"></section>
      <section class="card"><h2>Lanes</h2><div class="scrolls" tabindex="0" role="region" aria-label="Lanes"></div></section>
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
    this.put('.wrong', html`<h2>${!problems.length ? say`Nothing is wrong` : problems.length === 1 ? say`1 trouble now` : say`${problems.length} troubles now`}</h2>
      <ul class="things">${problems.map((/** @type {any} */ p) => html`<li><div><b>${p.lane ? `${range.lanes.get(p.lane)?.title ?? p.lane}: ` : ''}${
  p.title}</b> ${p.detail}</div></li>`)}</ul>
      ${!problems.length && html`<p class="small">Every lane sees its target and keeps what is shot.</p>`}`);
  }

  lanes() {
    const rows = [...range.lanes.values()];
    this.put('.scrolls', html`<table><thead><tr><th scope="col">Lane</th><th scope="col">Camera</th><th scope="col">Pictures/s</th>
      <th scope="col">Dropped</th><th scope="col">Broken</th><th scope="col">Analysis, median</th><th scope="col">95 % within</th></tr></thead><tbody>${
  rows.map(({ title, store }) => {
    const { camera, detector } = /** @type {any} */ (store.doc ?? {});
    const ms = (/** @type {unknown} */ v) => (typeof v === 'number' ? `${number(v, 1)} ms` : '–');
    return html`<tr><th scope="row">${title}</th><td>${camera ? `${camera.kind}, ${CAMERA[camera.state] ?? camera.state}` : say`silent`}</td><td>${typeof camera?.fps === 'number' ? number(camera.fps, 1) : '–'}</td>
      <td>${camera?.dropped ?? '–'}</td><td>${camera?.bad ?? '–'}</td><td>${ms(detector?.ms_p50)}</td><td>${ms(detector?.ms_p95)}</td></tr>`;
  })}</tbody></table>`);
  }

  /** @param {any} system */
  disk({ disk, history, archive, lanes, versions }) {
    const little = disk && disk.free_bytes < disk.total_bytes * ROOM_SHARE;
    const late = lanes.filter((/** @type {any} */ l) => l.detail);
    this.put('.disk', html`<h2>Records</h2><dl class="facts">
      <div><dt>Disk</dt><dd class="${little ? 'error' : ''}">${disk ? say`${bytesText(disk.free_bytes)} free of ${bytesText(disk.total_bytes)}` : say`not known`}</dd></div>
      <div><dt>History</dt><dd>${history.sessions === 1 ? say`1 session` : say`${history.sessions} sessions`}, ${shotsWords(history.shots)}, ${bytesText(history.bytes)}</dd></div>
      <div><dt>Archive</dt><dd>${!archive.behind ? say`has everything` : archive.behind === 1 ? say`1 event behind` : say`${archive.behind} events behind`}, for ${
  ageText(Date.now() - archive.started_us / 1000)}</dd></div>
      <div><dt>Versions</dt><dd>link ${versions.protocol}, memory ${versions.layout}, SQLite ${versions.sqlite}</dd></div></dl>
      <ul class="things">${late.map((/** @type {any} */ l) => html`<li><div><b>Journal of ${l.name}</b> ${l.detail}</div></li>`)}</ul>`);
  }

  /** @param {any} config null: this role may not see it */
  conf(config) {
    const place = find(this, '.conf');
    place.hidden = !config;
    if (!config) {
      return;
    }
    const { from, id, ranges, pending, refused } = config;
    this.put('.conf', html`<h2>Configuration</h2><p class="small">As the worker accepted it, from ${
      from === 'nginx' ? 'nginx' : say`its own --ranges`}; ${id}.</p>
      ${refused && html`<p class="error"><b>What was sent last was not taken:</b> ${refused.detail}</p>`}
      ${pending.length > 0 && html`<p><b>Changes wait</b> for the end of a session on ${pending.join(', ')}.</p>`}
      <ul class="things">${(ranges?.lanes ?? []).map((/** @type {any} */ l) => html`<li><div><b>${l.title}</b> (${l.name})<p class="small">${
  [l.camera.join(' '), l.target, `${l.caliber_mm} mm`, l.distance_m && `${l.distance_m} m`].filter(Boolean).join(' · ')}</p></div></li>`)}</ul>
      <details><summary>All of it, as JSON</summary><pre>${JSON.stringify(ranges, null, 1)}</pre></details>`);
  }
}

customElements.define('admin-system', AdminSystem);
