/*
 * <paper-dialog>: another sheet, pasted holes, and whether people are at the
 * targets.  What hung there is counted.  Fetched when asked for.
 */

import { call, laneUrl, newKey } from './api.js';
import { fill, find, html, style } from './html.js';
import { store } from './store.js';
import { say } from './words.js';

await style('dialogs.css');

class PaperDialog extends HTMLElement {
  key = '';

  connectedCallback() {
    fill(this, html`<dialog aria-labelledby="paper-title"><form method="dialog">
      <h2 id="paper-title" tabindex="-1" autofocus>Paper</h2><div class="content"></div>
      <p class="error" role="alert" hidden></p>
      <div class="row"><button type="submit">Close</button></div></form></dialog>`);
    this.addEventListener('click', (event) => {
      const what = /** @type {HTMLElement} */ (event.target).closest('[data-do]');
      if (what) {
        this.act(what.getAttribute('data-do') ?? '');
      }
    });
  }

  show() {
    const cold = store.doc?.range === 'cold';
    this.key = newKey();
    find(this, '.error').hidden = true;
    fill(find(this, '.content'), html`${store.open && html`<p>What hangs there now is counted and
      photographed first. Say what you do when you go, or when you are back.</p>
      <label>Shots that you fired at it, if you counted
        <input name="expected" type="number" min="0" max="1000" inputmode="numeric"></label>`}
      <button type="button" class="main" data-do="new">New sheet</button>
      <button type="button" data-do="pasted">Holes are pasted</button>
      <hr>
      <p>${cold ? say`The range is cold: people may be at the targets, nothing counts on any lane.`
    : say`Is somebody at the targets? While the range is cold nothing counts on any lane.`}</p>
      <button type="button" data-do="${cold ? 'hot' : 'cold'}">${cold ? say`All are back: range is hot`
    : say`Range is cold`}</button>`);
    const dialog = /** @type {HTMLDialogElement} */ (find(this, 'dialog'));
    if (!dialog.open) {
      dialog.showModal();
    }
  }

  /** @param {string} what */
  async act(what) {
    const buttons = this.querySelectorAll('[data-do]');
    buttons.forEach((button) => button.toggleAttribute('disabled', true));
    try {
      if (what === 'cold' || what === 'hot') {
        await call('POST', '/api/range', { range: what });
        /** @type {HTMLDialogElement} */ (find(this, 'dialog')).close();
      } else {
        await this.change(what);
      }
    } catch (error) {
      const { title, detail } = /** @type {import('./api.js').ApiError} */ (error);
      fill(find(this, '.error'), html`<b>${title}</b> ${detail}`);
      find(this, '.error').hidden = false;
      buttons.forEach((button) => button.toggleAttribute('disabled', false));
    }
  }

  /** @param {string} paper new or pasted */
  async change(paper) {
    const said = this.querySelector('input')?.value ?? '';
    const expected = said === '' ? {} : { expected: Number(said) };
    const count = await call('POST', laneUrl(store.lane, '/paper'), { paper, ...expected }, this.key);
    fill(find(this, '.content'), html`<p class="result" role="status">${count.session
      ? count.detail : say`The lane looks at the paper anew.`}</p>
      ${count.odd > 0 && html`<p>Look at shot ${count.odd} in the list of shots.</p>`}`);
  }
}

customElements.define('paper-dialog', PaperDialog);
