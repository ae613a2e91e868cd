/*
 * What the pages for who runs the range or coaches have in common: who looks at
 * one, its one event stream, its theme, and the lock when nobody touches it.
 */

import { ask, lock, passing } from './ask.js';
import { Events } from './events.js';
import { calm } from './form.js';
import { fill, find, html, setText } from './html.js';
import { themed } from './kept.js';
import { range } from './range.js';
import { ageText } from './text.js';
import { say } from './words.js';

const TICK_MS = 1000;
const RETRY_MS = 3000;
const GRACE_MS = 1500;
const IDLE_MS = 120000;

const ROLES = ['viewer', 'camera', 'shooter', 'coach', 'admin'];

const main = find(document, 'main');

/**
 * @typedef {{ whom: string, show: () => unknown, target: any }} Page whom it is for, what shows it, and what
 *   takes the events
 * @type {Page}
 */
let page = { whom: '', show: () => {}, target: range };

/** Whoever may see the page does from now on. @param {Partial<Page>} made */
export function openPage(made) {
  page = { ...page, ...made };
  begin();
}

/** The role of who looks at the page, where the range itself is meant. */
let role = 'viewer';

/** @param {string} least */
export const may = (least) => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** A device of one lane has its role there alone: what counts is the least of two lanes.
 * @param {string[]} lanes */
async function roleOn(lanes) {
  const some = lanes.length > 1 ? [lanes[0], lanes[lanes.length - 1]] : lanes;
  const roles = await Promise.all(some.map((lane) =>
    ask('GET', `/api/lanes/${encodeURIComponent(lane)}/access`)));
  return ROLES[Math.min(...roles.map((a) => ROLES.indexOf(a.role)))] ?? 'viewer';
}

/** The page's own address, so that a link to a part of it is none that skips to a place on it. */
export const here = () => location.pathname + location.search;

/** What is looked at, in the line that leads to all: marked there, and in sight where the line is too long.
 * @param {HTMLElement} nav @param {(a: HTMLAnchorElement) => boolean} is */
export function mark(nav, is) {
  for (const a of nav.querySelectorAll('a')) {
    if (!is(a)) {
      a.removeAttribute('aria-current');
    } else if (!a.hasAttribute('aria-current')) {
      a.setAttribute('aria-current', 'page');
      nav.scrollLeft = a.offsetLeft - nav.offsetLeft - (nav.clientWidth - a.offsetWidth) / 2;
    }
  }
}

function refuse() {
  fill(main, html`<section class="card narrow"><h2>This page is for ${page.whom}</h2>
    <p>This device looks on. On the range’s own computer the page opens at http://localhost; any other
    device is let in by an admin: Devices, “Add a tablet”, role coach or admin
    (<a href="/docs/access">who may do what</a>).</p>
    <div class="row"><button type="button">Look again</button><a class="button" href="/">To the lanes</a></div></section>`);
  find(main, 'button').addEventListener('click', begin);
}

async function begin() {
  try {
    const answer = await ask('GET', '/api/lanes');
    range.takeList(answer);
    if (range.lanes.size === 0) {
      fill(main, html`<section class="card narrow"><h2>There is no lane yet</h2>
        <p>${range.configError || say`One is declared in the range file.`} <a href="/docs/configuration">How</a></p></section>`);
      setTimeout(begin, RETRY_MS);
      return;
    }
    role = await roleOn([...range.lanes.keys()]);
    if (!may('coach')) {
      refuse();
      return;
    }
    document.body.dataset.role = role;
    range.setConnection({ link: answer.link });
    new Events('/api/events', page.target).follow(document);
    await page.show();
  } catch (error) {
    calm(main, error, begin);
    if (passing(error)) {
      setTimeout(() => main.querySelector('.calm') && begin(), RETRY_MS);
    }
  }
}

/** How the stream stands, and how many lanes need somebody. */
function update() {
  const { state, lostSince, lastData, link } = range.connection;
  const now = Date.now();
  const stale = state === 'lost' && now - lostSince >= GRACE_MS;
  const lost = find(document, '.lost');
  document.body.classList.toggle('stale', stale);
  lost.hidden = !stale && link !== 'down';
  setText(lost, stale
    ? [say`Connection lost.`, lastData && say`What is shown is ${ageText(now - lastData)} old.`, say`Trying again…`].filter(Boolean).join(' ')
    : say`The worker is not running: nothing is recorded. nginx serves on and takes it back by itself.`);
  const live = [...range.lanes.values()].filter(({ store }) => store.doc?.session?.state === 'open').length;
  const chip = find(document, '.state');
  setText(chip, range.lanes.size ? say`${live} of ${range.lanes.size} lanes in use` : '');
  chip.hidden = chip.textContent === '';
}

/** When the page was touched last. */
let touched = Date.now();

/** @param {boolean} on */
function setLock(on) {
  lock.on = on;
  touched = Date.now();
  document.body.classList.toggle('is-locked', on);
  find(document, '.locked').hidden = !on;
}

themed(find(document, '[data-do=theme]'));
find(document, '.locked button').addEventListener('click', () => setLock(false));
for (const name of ['pointerdown', 'keydown', 'input']) {
  document.addEventListener(name, () => { touched = Date.now(); }, { passive: true });
}
addEventListener('hashchange', () => may('coach') && page.show());
let wasLost = false;
range.subscribe((change) => {
  if (change.kind !== 'lane') {
    update();
  }
  if (change.kind === 'connection') {
    const { state } = range.connection;
    if (wasLost && state === 'open') { /* nginx may have another configuration by now */
      ask('GET', '/api/lanes').then((answer) => range.takeList(answer), () => {});
    }
    wasLost = state === 'lost';
  }
});
setInterval(() => {
  page.target.tick(Date.now());
  if (may('coach') && !lock.on && Date.now() - touched > IDLE_MS) {
    setLock(true);
  }
}, TICK_MS);
