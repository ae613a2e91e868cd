/*
 * <join-dialog>: the code by which a phone commands this session, or the place to
 * type it.  Fetched when asked for.
 */

import { call, laneUrl } from './api.js';
import { Markup, fill, find, html, setText, style } from './html.js';
import { store } from './store.js';
import { say } from './words.js';

await style('dialogs.css');

class JoinDialog extends HTMLElement {
  connectedCallback() {
    fill(this, html`<dialog aria-labelledby="join-title"><form method="dialog">
      <h2 id="join-title" tabindex="-1" autofocus></h2><div class="content"></div>
      <p class="error" role="alert" hidden></p>
      <div class="row"><button type="button" class="no">Close</button>
      <button type="submit" class="main">Join</button></div></form></dialog>`);
    find(this, '.no').addEventListener('click', () => this.close());
    find(this, 'form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.attempt(() => this.join());
    });
  }

  /** @param {boolean} may show the code, else ask for it @param {string} [code] that is known */
  show(may, code = '') {
    setText(find(this, 'h2'), may ? say`Let a phone join` : say`Join the session`);
    find(this, '[type=submit]').hidden = may;
    find(this, '.error').hidden = true;
    fill(find(this, '.content'), may ? html`<p>…</p>` : html`<label>Code on the lane’s tablet
      <input name="code" value="${code}" required maxlength="12" autocomplete="off"
        autocapitalize="characters" spellcheck="false"></label>
      <p class="small">This device commands the session then, until it ends.</p>`);
    const dialog = /** @type {HTMLDialogElement} */ (find(this, 'dialog'));
    if (!dialog.open) {
      dialog.showModal();
    }
    if (may) {
      this.attempt(() => this.offer());
    }
  }

  close() {
    /** @type {HTMLDialogElement} */ (find(this, 'dialog')).close();
  }

  /** @param {() => Promise<void>} what */
  async attempt(what) {
    const submit = find(this, '[type=submit]');
    submit.toggleAttribute('disabled', true);
    try {
      await what();
    } catch (error) {
      const { title, detail } = /** @type {import('./api.js').ApiError} */ (error);
      fill(find(this, '.error'), html`<b>${title}</b> ${detail}`);
      find(this, '.error').hidden = false;
    }
    submit.toggleAttribute('disabled', false);
  }

  async offer() {
    const { code, qr_svg: qr } = await call('POST', laneUrl(store.lane, '/code'), {
      session: store.doc?.session?.id, address: location.origin,
    });
    fill(find(this, '.content'), html`<p class="result"><b>${code}</b> once, within ten minutes</p>
      <p>Scan it, or type it on the page of this lane: that phone commands this session, until it
      ends.</p><div class="scan">${qr && new Markup(qr)}</div>`);
  }

  async join() {
    const { value } = /** @type {HTMLInputElement} */ (find(this, 'input'));
    await call('POST', laneUrl(store.lane, '/join'), { code: value });
    history.replaceState(null, '', location.pathname + location.search);
    this.close();
    store.emit({ kind: 'session' });
  }
}

customElements.define('join-dialog', JoinDialog);
export { JoinDialog };
