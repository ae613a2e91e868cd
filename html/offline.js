/*
 * The service worker: pages and what they are made of come from the range, and from
 * what this device keeps of them only while the range is not to be reached.  What the
 * range says (/api/ and the rest) never passes through here.
 */

const CACHE = 'gmshoot-pages';

/** A network that does not answer at all is as good as none after this. */
const PATIENCE_MS = 4000;

/** Files of the pages alone: '/', or a name in the root with one of these endings. */
const OURS = /^\/(?:[\w-]+\.(?:html|js|css|png|webmanifest)|icon\.svg)?$/;

/** @type {any} */
const worker = globalThis;

/** Windows that opened with a page of this device. @type {Set<string>} */
const old = new Set();

/** @param {URL} url without what the page alone reads of it */
const nameOf = (url) => url.origin + url.pathname;

/** @param {string} name @param {Response} response */
async function keep(name, response) {
  const cache = await caches.open(CACHE);
  await cache.put(name, response);
}

/** @param {any} event */
async function answer(event) {
  const { request } = event;
  const name = nameOf(new URL(request.url));
  try {
    const fresh = await Promise.race([fetch(request, { cache: 'no-cache' }),
      new Promise((_, fail) => { setTimeout(() => fail(new Error('no answer')), PATIENCE_MS); })]);
    if (fresh.ok) {
      event.waitUntil(keep(name, fresh.clone()));
    }
    return fresh;
  } catch (error) {
    const kept = await caches.match(name);
    if (!kept) {
      throw error;
    }
    old.add(event.resultingClientId || event.clientId);
    return kept;
  }
}

worker.addEventListener('install', () => worker.skipWaiting());
worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  if (event.request.method === 'GET' && url.origin === location.origin && OURS.test(url.pathname)) {
    event.respondWith(answer(event));
  }
});

/* A page says what it was made of before this was here, and asks whether it is old. */
worker.addEventListener('message', (/** @type {any} */ event) => {
  event.source.postMessage({ old: old.has(event.source.id) });
  event.waitUntil(Promise.all(event.data.made.map(async (/** @type {string} */ made) => {
    const url = new URL(made);
    if (url.origin === location.origin && OURS.test(url.pathname) && !await caches.match(nameOf(url))) {
      const response = await fetch(url, { cache: 'no-cache' }).catch(() => null);
      if (response?.ok) {
        await keep(nameOf(url), response);
      }
    }
  })));
});
