/*
 * <help-dialog>: what the keys and marks mean.  Fetched when asked for.
 */

import { fill, find, html, style } from './html.js';
import { KEYS } from './keys.js';

await style('dialogs.css');

class HelpDialog extends HTMLElement {
  connectedCallback() {
    fill(this, html`<dialog aria-labelledby="help-title"><form method="dialog">
      <h2 id="help-title" tabindex="-1" autofocus>Keys and help</h2>
      <dl class="keys">${KEYS.map(([key, what]) =>
    html`<div><dt><kbd>${key.toUpperCase()}</kbd></dt><dd>${what}</dd></div>`)}</dl>
      <p>A dashed grey ring is a hole just seen; it becomes a shot as soon as it is sure. The last
        shot is white with a red outline. × marks an inner ten. One that is
        crossed out around its number was fired outside of the time of its course and does not
        count.</p>
      <p>Other pages: <a href="/history.html">what was shot before</a>, <a href="/photo.html">score a photo</a>,
        <a href="/screen.html">the big screen</a>,
        <a href="/admin.html">the range</a>, <a href="/docs/">the API</a>.</p>
      <div class="row"><button type="submit" class="main">Close</button></div></form></dialog>`);
  }

  show() {
    /** @type {HTMLDialogElement} */ (find(this, 'dialog')).showModal();
  }
}

customElements.define('help-dialog', HelpDialog);
