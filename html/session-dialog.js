/*
 * <session-dialog>: what is asked before a session starts or ends, and its
 * result.  Fetched when asked for.
 */

import { call, laneUrl, newKey } from './api.js';
import { fill, find, html, setText, style } from './html.js';
import { store } from './store.js';
import { plural, scoreText } from './text.js';

await style('dialogs.css');

const CHOICE = 'gmshoot.choice';

/** What was chosen last on this device. @returns {{ target?: string, caliber_mm?: number }} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(CHOICE) ?? '{}') ?? {};
  } catch {
    return {};
  }
}

/** @param {import('./types').Sums} sums */
function resultWords(sums) {
  const total = scoreText(sums.total_tenths, sums.total_rings, store.decimal);
  return html`<p class="result"><b>${total}</b> ${plural(sums.counted, 'shot')},
    ${plural(sums.inner, 'inner ten')}</p>`;
}

class SessionDialog extends HTMLElement {
  /** What the main button does. @type {() => Promise<void>} */
  confirmed = async () => {};

  connectedCallback() {
    fill(this, html`<dialog aria-labelledby="dialog-title"><form method="dialog">
      <h2 id="dialog-title"></h2><div class="content"></div>
      <p class="error" role="alert" hidden></p>
      <div class="row"><button type="button" class="no"></button>
      <button type="submit" class="main"></button></div></form></dialog>`);
    this.dialog = /** @type {HTMLDialogElement} */ (find(this, 'dialog'));
    find(this, '.no').addEventListener('click', () => this.dialog?.close());
    find(this, 'form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.confirm();
    });
  }

  /**
   * @param {string} title
   * @param {import('./html.js').Markup} content
   * @param {string} yes
   * @param {string} no
   * @param {() => Promise<void>} confirmed
   */
  ask(title, content, yes, no, confirmed) {
    const dialog = this.dialog;
    if (!dialog) {
      return;
    }
    setText(find(dialog, 'h2'), title);
    fill(find(dialog, '.content'), content);
    setText(find(dialog, '[type=submit]'), yes);
    setText(find(dialog, '.no'), no);
    find(dialog, '.error').hidden = true;
    this.confirmed = confirmed;
    if (!dialog.open) {
      dialog.showModal();
    }
  }

  async confirm() {
    const dialog = /** @type {HTMLDialogElement} */ (this.dialog);
    const submit = find(dialog, '[type=submit]');
    submit.toggleAttribute('disabled', true);
    try {
      await this.confirmed();
    } catch (error) {
      const { title, detail } = /** @type {import('./api.js').ApiError} */ (error);
      fill(find(dialog, '.error'), html`<b>${title}</b> ${detail}`);
      find(dialog, '.error').hidden = false;
    }
    submit.toggleAttribute('disabled', false);
  }

  /** One more shooter on this lane, who shoots next. */
  join() {
    this.start('Another shooter', '/sessions');
  }

  start(title = 'Start a session', where = '/session') {
    const doc = store.doc;
    if (!doc) {
      return;
    }
    const last = remembered();
    const target = doc.targets.some((t) => t.name === last.target) ? last.target : doc.face.name;
    const caliber = doc.calibers_mm.includes(last.caliber_mm ?? 0) ? last.caliber_mm
      : doc.caliber_mm;
    const option = (/** @type {unknown} */ value, /** @type {string} */ text,
      /** @type {boolean} */ chosen) =>
      html`<option value="${value}" ${chosen && html`selected`}>${text}</option>`;
    const key = newKey();
    this.ask(title, html`<label>Name
        <input name="shooter" maxlength="63" placeholder="guest" autocomplete="nickname"></label>
      <label>Target
        <select name="target">${doc.targets.map((t) =>
    option(t.name, t.title || t.name, t.name === target))}</select></label>
      <label>Caliber
        <select name="caliber">${doc.calibers_mm.map((c) =>
    option(c, `${c} mm`, c === caliber))}</select></label>
      <label class="check"><input type="checkbox" name="sighters"> Sighters first</label>
      ${doc.calibration.origin === 'none'
    && html`<p class="small">The camera looks for the target first.</p>`}`, 'Start', 'Cancel',
    () => this.begin(key, where));
  }

  /** @param {string} key @param {string} where */
  async begin(key, where) {
    const form = new FormData(/** @type {HTMLFormElement} */ (find(this, 'form')));
    const choice = {
      target: String(form.get('target') ?? ''), caliber_mm: Number(form.get('caliber')),
    };
    await call('POST', laneUrl(store.lane, where), {
      shooter: String(form.get('shooter') ?? '').trim() || 'guest',
      ...choice, ...(form.has('sighters') && { sighters: true }),
    }, key);
    try {
      localStorage.setItem(CHOICE, JSON.stringify(choice));
    } catch {
      /* a browser may forbid it; then nothing is remembered */
    }
    this.dialog?.close();
  }

  end() {
    const key = newKey();
    this.ask('End the session?', html`${resultWords(store.sums)}
      <p>No shot counts any more after this.</p>`, 'End session', 'Go on shooting',
    () => this.finish(key));
  }

  /** @param {string} key */
  async finish(key) {
    const sums = await call('DELETE', laneUrl(store.lane, '/session'), undefined, key);
    const files = laneUrl(store.lane, `/sessions/${encodeURIComponent(sums.session)}`);
    this.ask('Session ended', html`${resultWords(sums)}
      <p><a href="${files}.html" target="_blank">Card</a> to print,
      <a href="${files}.csv" download>CSV</a></p>`, 'New session', 'Close', async () => {
      this.dialog?.close();
      this.start();
    });
  }
}

customElements.define('session-dialog', SessionDialog);
export { SessionDialog };
