/*
 * The big screen of a range: ranking and targets, for people who look from
 * far away.  Nothing is pressed here; the address says what is wanted.
 */

import { call, laneUrl } from './api.js';
import { Events } from './events.js';
import { chooseFeatured } from './featured.js';
import { find, setText } from './html.js';
import './lane-feature.js';
import './range-ranking.js';
import { RangeStore } from './range-store.js';
import { isPast, rank, standingOf } from './ranking.js';
import { AUTO, optionsFrom } from './screen-options.js';
import { WORDS, figures } from './screen-text.js';
import { ageText } from './text.js';
import { lang } from './words.js';

/** @typedef {import('./ranking.js').Standing} Standing */

/** Ages and what was delayed go on at this pace. */
const TICK_MS = 250;

/** A page of a long ranking stays for so long. */
const PAGE_MS = 10000;

/** More rows than these get pages. */
const MOST_ROWS = 60;

const options = optionsFrom(location.search, [lang]);
const words = WORDS[options.lang];
const speech = { words, figures: figures(options.lang) };
const range = new RangeStore({
  delay_ms: options.delay_ms, ask: (lane) => call('GET', laneUrl(lane)),
});
const size = options.rows || MOST_ROWS;

const ranking = /** @type {import('./range-ranking.js').RangeRanking} */ (find(document, 'range-ranking'));
const features = find(document, '.features');
const parts = {
  shape: find(document, '.link i'), link: find(document, '.link span'), pages: find(document, '.pages'),
  clock: find(document, '.clock'), nobody: find(document, '.nobody'),
};

/** @type {Map<string, Standing>} */
const standings = new Map();
/** @type {import('./featured.js').Slot[]} */
let slots = [];
/** @type {ReturnType<typeof rank>} */
let ranked = [];
let asked = false;

/** What keeps a lane from being live, in words; '': nothing.
 * @param {string} name @returns {string} */
function noteOf(name) {
  const lane = range.lanes.get(name);
  const age = lane ? range.age(lane) : 0;
  const { doc } = lane?.store ?? {};
  if (!lane || !doc || standings.get(name)?.ended) {
    return words.ended;
  }
  if (age) {
    return words.stale(Number.isFinite(age) ? ageText(age) : '…');
  }
  if (lane.down) {
    return words.down;
  }
  if (doc.range === 'cold') {
    return words.cold;
  }
  if (doc.camera.state !== 'ok' && doc.face.scoring !== 'by-hand') {
    return words.blind;
  }
  return doc.state === 'paused' ? words.paused : '';
}

/** Lanes whose result changed, or has been there for long enough. */
function takeChanges() {
  for (const { lane: name } of standings.values()) {
    const lane = range.lanes.get(name);
    if (lane && isPast(lane, range.clock())) {
      range.changed.add(lane);
    }
  }
  for (const lane of range.changed) {
    const standing = standingOf(lane, options.hide, range.clock());
    if (standing) {
      standings.set(lane.name, standing);
    } else {
      standings.delete(lane.name);
    }
  }
  if (range.changed.size) {
    range.changed.clear();
    ranked = rank([...standings.values()]);
  }
}

function showFeatures() {
  const wishes = options.feature ?? (standings.size > 2 ? [AUTO] : [AUTO, AUTO].slice(0, standings.size));
  const able = [...standings.keys()].map((name) => /** @type {import('./range-store.js').RangeLane} */ (range.lanes.get(name)))
    .filter((lane) => !range.age(lane)).map(({ name, shotAt }) => ({ lane: name, shotAt }));
  slots = chooseFeatured(wishes, slots, able, range.clock());
  const shown = slots.filter(({ lane }) => standings.has(lane));
  if (features.dataset.count !== String(shown.length)) {
    features.dataset.count = String(shown.length);
    features.replaceChildren(...shown.map(() => document.createElement('lane-feature')));
    [...features.children].forEach((el) => /** @type {any} */ (el).begin(speech));
  }
  shown.forEach(({ lane }, i) => {
    const el = /** @type {import('./lane-feature.js').LaneFeature} */ (features.children[i]);
    el.show(/** @type {any} */ (range.lanes.get(lane)), /** @type {Standing} */ (standings.get(lane)), noteOf(lane));
  });
}

function showHeader() {
  const { state, lostSince } = range.connection;
  const left = range.lanes.size ? 0 : range.line.left(range.clock());
  const delay = options.delay_ms ? words.behind(ageText(options.delay_ms)) : words.live;
  /** @type {Record<typeof state, [string, string]>} */
  const said = {
    connecting: ['ring', words.connecting],
    lost: ['triangle', words.lost(ageText(Date.now() - lostSince))],
    open: left ? ['ring', words.soon(ageText(left + 999))] : ['dot', delay],
  };
  parts.shape.setAttribute('data-shape', said[state][0]);
  setText(parts.link, said[state][1]);
  setText(parts.clock, speech.figures.clock(new Date()));
  const count = Math.max(1, Math.ceil(ranked.length / size));
  const page = Math.floor(range.clock() / PAGE_MS) % count;
  ranking.turn(page, size);
  setText(parts.pages, count === 1 ? ''
    : words.page(page * size + 1, Math.min((page + 1) * size, ranked.length), ranked.length));
  parts.nobody.hidden = ranked.length > 0 || left > 0 || state !== 'open';
}

/** Draws what changed, once a frame. */
function draw() {
  asked = false;
  takeChanges();
  ranking.show(ranked, noteOf, size);
  showFeatures();
  showHeader();
}

function wake() {
  if (!asked) {
    asked = true;
    requestAnimationFrame(draw);
  }
}

document.documentElement.dataset.theme = options.theme;
document.title = options.title || words.title;
setText(find(document, 'h1'), document.title);
setText(parts.nobody, words.nobody);
ranking.begin(speech);

const query = options.lanes.length ? `?lanes=${options.lanes.map(encodeURIComponent).join(',')}` : '';
const events = new Events(`/api/events${query}`, /** @type {any} */ (range));
range.subscribe(wake);
events.follow(document);
setInterval(() => range.tick(), TICK_MS);
