/*
 * Over https the pages can be installed, and open without the range: what this
 * device keeps of them is then shown, and said to be old.  Fetched a moment after
 * the page.
 */

import { fill, find, html } from './html.js';

/** A browser that asks for a password gives it for this, too. */
function manifest() {
  const link = document.createElement('link');
  link.rel = 'manifest';
  link.href = '/manifest.webmanifest';
  link.crossOrigin = 'use-credentials';
  document.head.append(link);
}

/** The page came from this device: it may be another than the range has by now. */
function sayOld() {
  if (document.querySelector('.old-page')) {
    return;
  }
  const place = document.createElement('div');
  place.className = 'old-page';
  place.setAttribute('role', 'status');
  Object.assign(place.style, { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '12px', padding: '8px 12px',
    background: 'var(--bad-page)' });
  fill(place, html`<p><b>Opened without the range:</b> This page is the one that was kept here, and may be old.</p>
    <button type="button">Open it anew</button>`);
  find(place, 'button').addEventListener('click', () => location.reload());
  document.querySelector('header')?.after(place);
}

manifest();
navigator.serviceWorker?.addEventListener('message', ({ data }) => data.old && sayOld());
navigator.serviceWorker?.register('/offline.js').then(() => navigator.serviceWorker.ready).then(({ active }) => {
  const made = performance.getEntriesByType('resource').map(({ name }) => name);
  active?.postMessage({ made: [location.href, ...made] });
}).catch(() => {}); /* a browser may forbid it: the page works as well */
