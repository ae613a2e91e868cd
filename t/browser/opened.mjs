/* A page, opened in a browser against the fixture; one at a time. */

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { launch } from './chromium.mjs';
import { EMPTY, places, startFixture } from './fixture.mjs';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').BrowserContext} */
export let context;
/** @type {import('playwright-core').Page} */
export let page;
/** @type {Awaited<ReturnType<typeof startFixture>>} */
export let fx;
/** What the browser complained about. @type {string[]} */
export let complaints = [];

/** Tabs that are used again: a new one costs more than what is tested in it.  Each test has a server, and with it a
 * storage, of its own. @type {Map<string, import('playwright-core').Page>} */
const tabs = new Map();

/** The open page's own, which is shut with it. */
let own = false;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser.close();
});

/** @typedef {{ width?: number, height?: number, theme?: string, locale?: string, fresh?: boolean }} Tab fresh: it is changed
 *   in ways that outlast the page: slowed down, listened to */

/** @param {Tab} tab @returns {Promise<import('playwright-core').Page>} */
async function tabOf({ width = 1280, height = 720, theme = '', locale = 'en-US', fresh = false }) {
  const name = JSON.stringify([theme, locale]);
  const known = fresh ? undefined : tabs.get(name);
  own = fresh;
  if (known) {
    await known.setViewportSize({ width, height });
    return known;
  }
  const tab = await (await browser.newContext({ viewport: { width, height }, locale })).newPage();
  if (theme) {
    await tab.addInitScript((t) => {
      if (!localStorage.getItem('gmshoot.view')) {
        localStorage.setItem('gmshoot.view', JSON.stringify({ theme: t }));
      }
    }, theme);
  }
  if (!fresh) {
    tabs.set(name, tab);
  }
  return tab;
}

/** A lane and an empty page. @param {Tab} [options]
 * @param {(lane: import('./fixture.mjs').Lane) => void} [prepare] @param {number} [lanes] */
export async function blank(options = {}, prepare, lanes = 1) {
  fx = await startFixture({ lanes });
  prepare?.(fx.lane);
  page = await tabOf(options);
  context = page.context();
}

/** Hears what the browser complains about. */
export function listen() {
  page.setDefaultTimeout(30000);
  complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error') {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(fx.url) && !request.url().startsWith('data:')) {
      complaints.push(`foreign request ${request.url()}`);
    }
  });
}

/** @param {Tab & { lanes?: number, path?: string }} [options]
 * @param {(lane: import('./fixture.mjs').Lane) => void} [prepare] */
export async function open({ width = 1280, height = 800, lanes = 1, path = '', theme = 'dark', locale = 'en-GB', fresh } = {}, prepare) {
  await blank({ width, height, theme, locale, fresh }, prepare, lanes);
  listen();
  await page.goto(fx.url + path);
  await page.waitForFunction(() => document.querySelector('lane-plot .face > *'));
  /* fetched at the first key, which would act a moment later than it is asked */
  await page.evaluate(() => Promise.all(['/keys.js', '/intents.js'].map((m) => import(m))));
}

/** Opens the page on a running session. @param {Parameters<typeof open>[0]} [options] @param {number} [shots] */
export async function shooting(options, shots = 0) {
  await open(options, (lane) => {
    lane.start();
    const where = places(7, 9);
    for (let i = 0; i < shots; i++) {
      const [x, y] = /** @type {number[]} */ (where.next().value);
      lane.shot(x, y);
    }
  });
}

export async function close() {
  if (own) {
    await context.close();
  } else if (page) {
    ['console', 'pageerror', 'request'].forEach((name) => page.removeAllListeners(/** @type {'console'} */ (name)));
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.goto(new URL(EMPTY, fx.url).href); /* of the same site, so that the next page has the same process */
    await page.mouse.move(0, 0);
  }
  await fx?.close();
}

/** @param {string} selector */
export const text = async (selector) => (await page.textContent(selector) ?? '').replace(/\s+/g, ' ').trim();

/** Waits until the text is as expected, so that a failure says what was there.
 * @param {string} selector @param {string | RegExp} expected */
export async function shows(selector, expected) {
  const good = (/** @type {string} */ t) => (typeof expected === 'string' ? t === expected : expected.test(t));
  const until = Date.now() + 30000;
  let now = '';
  do {
    now = await page.$eval(selector, (e) => (e.textContent ?? '').replace(/\s+/g, ' ').trim()).catch(() => '(none)');
    if (good(now)) {
      return;
    }
    await page.waitForTimeout(25);
  } while (Date.now() < until);
  assert.equal(now, expected);
}

/** @param {string} selector @param {number} count */
export async function has(selector, count) {
  await page.waitForFunction(([s, n]) => document.querySelectorAll(String(s)).length === n, [selector, count]);
}

/** Pressed for the second that it takes. @param {string} selector */
export async function held(selector) {
  await page.hover(selector);
  await page.mouse.down();
  await page.waitForSelector(`${selector}:not(.held), body:not(:has(${selector}))`, { state: 'attached' });
  await page.mouse.up();
}

/** What keys open. @type {Record<string, string>} */
const OPENS = { e: 'session-dialog', i: 'shot-dialog', r: 'paper-dialog', w: 'doubt-dialog', '?': 'help-dialog' };

/** Presses a key, and waits until what it opens is there, or all is shut again. @param {string} key '': none */
export async function pressed(key) {
  if (key) {
    await page.keyboard.press(key);
  }
  if (OPENS[key]) {
    await page.waitForSelector(`${OPENS[key]} dialog[open]`);
  } else if (key === 'Escape') {
    await has('dialog[open]', 0);
  } else if (key) {
    await page.waitForTimeout(80); /* picture and calibration are on the page already */
  }
}
