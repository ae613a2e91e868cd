/*
 * Keeps the screen on while a session runs, where the browser allows it (https
 * alone, mostly).  Fetched with the first session.
 */

import { store } from './store.js';

/** @type {Promise<WakeLockSentinel | null> | null} */
let lock = null;

/** A browser takes the lock back whenever the page is hidden. */
function update() {
  const want = store.open && store.doc?.state === 'live' && !document.hidden;
  if (want && !lock && 'wakeLock' in navigator) {
    lock = navigator.wakeLock.request('screen').catch(() => null);
    lock.then((held) => held?.addEventListener('release', () => { lock = null; }));
  } else if (!want && lock) {
    lock.then((held) => held?.release());
    lock = null;
  }
}

document.addEventListener('visibilitychange', update);
store.subscribe((change) => {
  if (change.kind === 'session' || change.kind === 'reset') {
    update();
  }
});
update();
