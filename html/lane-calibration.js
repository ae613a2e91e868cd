/*
 * <lane-calibration>: has the camera found the target?  The picture with the
 * fitted rings stands beside it.  Fetched when asked for.
 */

import { call, laneUrl } from './api.js';
import { fill, find, html, setText } from './html.js';
import { store } from './store.js';
import { number, say, told } from './words.js';

// A ring that is off by more than a pixel is seen to be off.
const GOOD_PX = 1;

const CHECK = {
  found: say`Check in the picture: every drawn line lies on its printed ring all around, the cross is
    in the centre, and no hand, stand or light spot covers the paper.`,
  missing: say`Check in the picture: the whole card is in sight, sharp and evenly lit, nothing covers
    it, and it is the target that is chosen for this lane.`,
};

class LaneCalibration extends HTMLElement {
  connectedCallback() {
    fill(this, html`<section class="card" aria-labelledby="calibration-title">
      <h2 id="calibration-title">Camera and target</h2>
      <div class="found" role="status"></div>
      <p class="check"></p>
      <p class="error" role="alert" hidden></p>
      <div class="row top" hidden><b>Is what is up in the picture the top of the target?</b>
      <button type="button" data-do="top">Yes</button></div>
      <div class="row"><button type="button" class="main" data-do="find">Find target</button>
      <button type="button" data-do="done">Done</button></div></section>`);
    this.addEventListener('click', (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest('[data-do]');
      const wish = button?.getAttribute('data-do');
      if (wish === 'find') {
        this.ask('', {});
      } else if (wish === 'top') {
        this.ask('/confirm', { upright: true });
      } else if (button) {
        store.setView({ calibrating: store.calibrationDue ? false : null });
      }
    });
    store.subscribe((change) => {
      if (['reset', 'calibration', 'view'].includes(change.kind)) {
        this.update();
      }
    });
    this.update();
  }

  update() {
    const calibration = store.doc?.calibration;
    this.hidden = !store.calibrating;
    this.parentElement?.classList.toggle('calibrating', store.calibrating);
    if (this.hidden || !calibration) {
      return;
    }
    const missing = calibration.origin === 'none';
    fill(find(this, '.found'), missing ? this.missing(calibration) : this.figures(calibration));
    find(this, '.top').hidden = missing || calibration.confirmed !== false;
    setText(find(this, '.check'), missing ? CHECK.missing : CHECK.found);
  }

  /** @param {import('./types').Calibration} calibration */
  missing(calibration) {
    return html`<p class="state"><i data-shape="triangle"></i> <b>Target not found yet</b></p>
      <p>${told(calibration.reason) || say`Nothing was looked for yet.`}</p>`;
  }

  /** @param {import('./types').Calibration} calibration */
  figures({ origin, residual_mm, px_per_mm, tilt_deg }) {
    const known = typeof residual_mm === 'number' && residual_mm >= 0;
    const good = !known || residual_mm * (px_per_mm ?? 0) <= GOOD_PX;
    const by = { auto: say`by itself`, file: say`from a file`, hand: say`by hand` }[origin] ?? origin;
    const figure = (/** @type {string} */ name, /** @type {unknown} */ v,
      /** @type {string} */ unit, /** @type {number} */ digits) =>
      html`<div><dt>${name}</dt><dd>${typeof v === 'number' ? `${number(v, digits)} ${unit}`
        : say`not known`}</dd></div>`;
    return html`<p class="state"><i data-shape="${good ? 'dot' : 'triangle'}"></i>
        <b>${good ? say`Target found` : say`Target found, but the rings fit badly`}</b> (${by})</p>
      <dl>${figure(say`Rings off by`, known ? residual_mm : null, 'mm', 2)}
        ${figure(say`Resolution`, px_per_mm, 'px/mm', 1)}
        ${figure(say`Tilt`, tilt_deg, '°', 1)}</dl>`;
  }

  /** @param {string} what @param {object} body */
  async ask(what, body) {
    const button = find(this, '[data-do="find"]');
    const error = find(this, '.error');
    button.toggleAttribute('disabled', true);
    error.hidden = true;
    store.setView({ calibrating: true });
    try {
      await call('POST', laneUrl(store.lane, `/calibration${what}`), body);
    } catch (e) {
      const { title, detail } = /** @type {import('./api.js').ApiError} */ (e);
      fill(error, html`<b>${title}</b> ${detail}`);
      error.hidden = false;
    }
    button.toggleAttribute('disabled', false);
  }
}

customElements.define('lane-calibration', LaneCalibration);
