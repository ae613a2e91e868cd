/*
 * <admin-camera lane>: what the camera of a lane gives, what can be set at it,
 * and the views of one that pans and zooms; each time with what it was asked
 * for and what it made of that.
 */

import { knows, number, refusalOf, say } from './admin-calibration-said.js';
import { answered, changes, ordered, valueText } from './admin-camera-controls.js';
import { laneUrl } from './api.js';
import { ask } from './ask.js';
import { fill, find, html, setText } from './html.js';

/** @typedef {import('./admin-camera-controls.js').Control} Control */

const PRESET_MAX = 9999;

/** @param {Control} control */
const nameOf = ({ name, title }) => (knows(`control-${name}`) ? say(`control-${name}`) : title || name);

/** @param {Control} control @param {number | null} value */
const textOf = (control, value) => valueText(control, value, (n) => number(n, 0), { on: say('on'), off: say('offWord') });

/** What is written below a field. @param {Control} control */
function hintOf(control) {
  const { type, min, max, step, writable, locked } = control;
  const first = textOf(control, control.default);
  return [!writable && say('readOnly'), locked === false && say('automatic'), type === 'number' ? say(step > 1 ? 'range' : 'range-1',
    { min: number(min, 0), max: number(max, 0), step: number(step, 0), default: first }) : say('atFirst', { value: first })].filter(Boolean).join(' ');
}

/** @param {Control} control */
function fieldOf(control) {
  const { name, type, min, max, step, value, choices, writable } = control;
  const off = !writable && html`disabled`;
  const title = nameOf(control);
  const inside = type === 'switch'
    ? html`<label class="switch"><input type="checkbox" name="${name}" ${value && html`checked`} ${off} aria-describedby="about-${name}"><span>${title}</span></label>`
    : type === 'choice' ? html`<label><span>${title}</span><select name="${name}" ${off} aria-describedby="about-${name}">${choices.map((c) =>
      html`<option value="${c.value}" ${c.value === value && html`selected`}>${c.title}</option>`)}</select></label>`
      : html`<label for="control-${name}">${title}</label><div class="two-ways"><input type="range" min="${min}" max="${max}" step="${step || 1}" value="${value}"
        data-for="${name}" aria-label="${title}" ${off}><input id="control-${name}" name="${name}" value="${value}" inputmode="numeric" maxlength="11"
        autocomplete="off" ${off} aria-describedby="about-${name}"></div>`;
  return html`<div class="field" data-field="${name}">${inside}<p class="small" id="about-${name}">${hintOf(control)}</p></div>`;
}

class AdminCamera extends HTMLElement {
  /** As GET tells it. @type {any} */
  camera = null;

  connectedCallback() {
    fill(this, html`<section class="card" aria-labelledby="title-camera"><h2 id="title-camera">${say('camera')}</h2><p class="gives small"></p>
      <form class="controls" novalidate hidden><div class="fields"></div><div class="row acts"><button type="submit" class="main">${say('set')}</button></div></form>
      <p class="none" hidden>${say('noControls')}</p><div role="status"><ul class="things made"></ul></div>
      <div class="presets" hidden><h3>${say('presets')}</h3><p class="at small"></p><div class="row stored acts"></div>
        <form class="preset" novalidate><div class="field"><label><span>${say('preset')}</span><input name="preset" inputmode="numeric" maxlength="4"
          autocomplete="off" aria-describedby="about-preset"></label><p class="small" id="about-preset">${say('presetHint')}</p></div>
          <div class="row acts"><button type="submit">${say('go')}</button></div></form></div>
      <p class="said" role="status"></p><p class="error" role="alert" hidden></p>
      <div class="row"><button type="button" data-camera="again">${say('again')}</button></div></section>`);
    find(this, '.controls').addEventListener('input', (event) => this.follow(/** @type {any} */ (event.target)));
    find(this, '.controls').addEventListener('submit', (event) => {
      event.preventDefault();
      this.set();
    });
    find(this, '.preset').addEventListener('submit', (event) => {
      event.preventDefault();
      this.goTyped();
    });
    this.addEventListener('click', (event) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest('button'));
      if (button?.dataset.camera === 'again') {
        this.load();
      } else if (button?.dataset.preset) {
        this.go(Number(button.dataset.preset));
      }
    });
  }

  static observedAttributes = ['lane'];

  attributeChangedCallback() {
    this.load();
  }

  get url() {
    return laneUrl(this.getAttribute('lane') ?? '', '/camera');
  }

  async load() {
    try {
      this.take(await ask('GET', this.url));
      this.complain(null);
    } catch (error) {
      this.complain(error);
    }
  }

  /** @param {any} camera */
  take(camera) {
    this.camera = camera;
    if (!this.isConnected) {
      return;
    }
    const { width, height, fps, asked, got } = camera.camera;
    const { presets, preset } = camera;
    const controls = ordered(camera.controls);
    setText(find(this, '.gives'), [camera.camera.kind === 'simulate' && `${say('type-simulate')}.`, width && say('gives', { width, height, fps: number(fps, 0) }),
      asked && say('asked', { asked }), got && say('got', { got })].filter(Boolean).join(' '));
    find(this, '.controls').hidden = controls.length === 0;
    find(this, '.none').hidden = controls.length > 0 || presets !== null;
    fill(find(this, '.fields'), html`${controls.map(fieldOf)}`);
    find(this, '.presets').hidden = presets === null;
    setText(find(this, '.at'), [typeof preset === 'number' && say('at_preset', { n: preset }), presets?.length === 0 && say('noPresets')].filter(Boolean).join(' '));
    fill(find(this, '.stored'), html`${(presets ?? []).map((/** @type {any} */ p) =>
      html`<button type="button" data-preset="${p.preset}">${say('calibrated', { n: p.preset })}</button>`)}`);
  }

  /** The slider and the number beside it say the same. @param {HTMLInputElement} input */
  follow(input) {
    const other = input.dataset.for ? this.querySelector(`input[name="${input.dataset.for}"]`)
      : this.querySelector(`[data-for="${input.name}"]`);
    if (other instanceof HTMLInputElement && (input.dataset.for || /^-?\d+$/.test(input.value.trim()))) {
      other.value = input.value;
    }
  }

  /** Beside the fields, the first of which gets the focus. @param {Map<string, string>} wrong */
  explain(wrong) {
    const known = new Map(this.camera.controls.map((/** @type {Control} */ c) => [c.name, hintOf(c)]));
    known.set('preset', say('presetHint'));
    let first = true;
    for (const [name, hint] of known) {
      const about = this.querySelector(`#about-${CSS.escape(name)}`);
      const control = /** @type {HTMLElement | null} */ (this.querySelector(`[name="${CSS.escape(name)}"]`));
      if (about && control) {
        about.textContent = wrong.get(name) ?? hint;
        about.classList.toggle('error', wrong.has(name));
        control.toggleAttribute('aria-invalid', false);
        if (wrong.has(name)) {
          control.setAttribute('aria-invalid', 'true');
          first && control.focus();
          first = false;
        }
      }
    }
  }

  /** @param {any} error null: nothing is wrong */
  complain(error) {
    const under = find(this, '.card > .error');
    const errors = /** @type {{ pointer: string, detail: string }[]} */ (error?.errors ?? []);
    if (this.camera) {
      this.explain(new Map(errors.map(({ pointer, detail }) => [pointer.replace(/^\/(controls\/)?/, ''), detail])));
    }
    under.hidden = !error;
    fill(under, error ? refusalOf(error) : html``);
    if (error) {
      setText(find(this, '.card > .said'), '');
    }
  }

  async set() {
    const { controls } = this.camera;
    const form = /** @type {HTMLFormElement} */ (find(this, '.controls'));
    const { wanted, wrong } = changes(controls, Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, String(v)])));
    fill(find(this, '.made'), html``);
    this.complain(null);
    if (wrong.length) {
      this.explain(new Map(wrong.map((name) => [name, say('whole_number')])));
      return;
    }
    if (Object.keys(wanted).length === 0) {
      setText(find(this, '.card > .said'), say('nothing'));
      return;
    }
    try {
      const now = await ask('PATCH', this.url, { controls: wanted });
      const made = answered(wanted, now.controls);
      this.take(now);
      setText(find(this, '.card > .said'), say(made.every((m) => m.same) ? 'took' : 'tookOther'));
      fill(find(this, '.made'), html`${made.map((m) => {
        const control = now.controls.find((/** @type {Control} */ c) => c.name === m.name)
          ?? controls.find((/** @type {Control} */ c) => c.name === m.name);
        return html`<li class="${m.same ? '' : 'error'}" data-made="${m.name}">${say('askedGot',
          { name: nameOf(control), asked: textOf(control, m.asked), got: textOf(control, m.got) })}</li>`;
      })}`);
    } catch (error) {
      this.complain(error);
    }
  }

  goTyped() {
    const { value } = /** @type {HTMLInputElement} */ (find(this, '[name=preset]'));
    this.complain(null);
    if (!/^\s*\d+\s*$/.test(value) || Number(value) > PRESET_MAX) {
      this.explain(new Map([['preset', say('presetHint')]]));
    } else {
      this.go(Number(value));
    }
  }

  /** @param {number} preset */
  async go(preset) {
    this.complain(null);
    try {
      this.take(await ask('PATCH', this.url, { preset }));
      setText(find(this, '.card > .said'), say('presetGone', { n: preset }));
    } catch (error) {
      this.complain(error);
    }
  }
}

customElements.define('admin-camera', AdminCamera);
