/*
 * The coach's page: all lanes at a glance, or one in depth.  One stream feeds
 * both: a store for each lane, and the page's store for the lane in depth.
 */

import { laneUrl } from './api.js';
import { ask } from './ask.js';
import { fill, find, html, setText } from './html.js';
import { here, mark, openPage } from './range-page.js';
import { range } from './range.js';
import { store } from './store.js';
import { say } from './words.js';

/** Takes the events for both. */
const both = {
  /** @param {string} name @param {any} data @param {string} id @param {number} now ms */
  receive(name, data, id, now) {
    range.receive(name, data, id, now);
    if (data?.lane === store.lane) {
      store.receive(name, structuredClone(data), id, now);
    }
  },
  /** @param {Partial<import('./types').Connection>} patch */
  setConnection(patch) {
    range.setConnection(patch);
    store.setConnection(patch);
  },
  /** @param {(change: import('./range.js').RangeChange) => void} fn */
  subscribe: (fn) => range.subscribe(fn),
  /** @param {number} now ms */
  tick(now) {
    range.tick(now);
    store.tick(now);
  },
  get connection() {
    return range.connection;
  },
};

/** The lane in depth is the page's own from now on; '': none. @param {string} name */
async function follow(name) {
  store.lane = name;
  store.doc = null; /* what comes before its state is in that */
  store.epoch = '';
  if (name) {
    const doc = await ask('GET', laneUrl(name));
    if (store.lane === name && !store.doc) {
      store.receive('snapshot', doc, '', Date.now());
    }
  }
}

/** Lanes as a choice: the titles come with their states. */
function choices() {
  const nav = find(document, 'nav');
  const names = [...range.lanes.keys()];
  if (nav.dataset.names !== JSON.stringify(names)) {
    nav.dataset.names = JSON.stringify(names);
    fill(nav, html`<a href="${here()}#">All lanes</a>${names.map((name) =>
      html`<a href="${here()}#${encodeURIComponent(name)}" data-lane="${name}"></a>`)}`);
  }
  nav.querySelectorAll('a').forEach((a) => {
    const lane = range.lanes.get(a.dataset.lane ?? '');
    const session = lane?.store.doc?.session;
    if (lane) {
      setText(a, [lane.title, session?.state === 'open' && (session.shooter || say`somebody`)].filter(Boolean).join(' · '));
    }
  });
  mark(nav, (a) => (a.dataset.lane ?? '') === store.lane);
}

/** What the address names. */
async function show() {
  const named = decodeURIComponent(location.hash.slice(1));
  const name = range.lanes.has(named) ? named : '';
  const part = name ? 'coach-lane' : 'coach-lanes';
  store.lane = name;
  choices();
  document.title = `${range.lanes.get(name)?.title ?? say`Coach`} · GMShoot`;
  await import(`./${part}.js`);
  await follow(name);
  find(document, 'main').replaceChildren(document.createElement(part));
}

range.subscribe(({ kind }) => {
  if (kind === 'lane' || kind === 'lanes') {
    choices();
  }
});
openPage({ whom: say`coaches`, show, target: both });
