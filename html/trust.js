/*
 * The page by which a device learns to trust a range's own certificate: opens
 * what is to be done on this kind of device, and leads on.
 */

import { call } from './api.js';
import { fill, find, html, setText } from './html.js';

const KINDS = /** @type {[RegExp, string][]} */ ([[/iPhone|iPad/, 'apple'], [/Android/, 'android'],
  [/Windows/, 'windows'], [/Mac/, 'mac'], [/Linux|CrOS/, 'linux']]);

/** An iPad says that it is a Mac, but has a screen for fingers. */
const agent = navigator.userAgent.includes('Mac') && navigator.maxTouchPoints > 1 ? 'iPad' : navigator.userAgent;
const kind = KINDS.find(([pattern]) => pattern.test(agent))?.[1] ?? 'linux';

/** @type {HTMLDetailsElement} */ (find(document, `[data-device="${kind}"]`)).open = true;

try {
  const { origin, trust } = await call('GET', '/tls.json');
  const go = /** @type {HTMLAnchorElement} */ (find(document, '.go'));
  go.href = `${origin}/`;
  go.hidden = false;
  setText(find(document, '.link'), trust);
  find(document, '.scan').hidden = kind === 'apple' || kind === 'android';
} catch {
  const error = find(document, '.error');
  fill(error, html`<b>This range has no certificate of its own.</b> It makes one when it is started with
    <code>make run TLS=1</code>; an installed one has what its nginx was given (<a href="/docs/access">access</a>).`);
  error.hidden = false;
  find(document, '.main').hidden = true;
}
