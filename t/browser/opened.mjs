/* A page, opened in a browser against the fixture; one at a time. */

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { launch } from './chromium.mjs';
import { places, startFixture } from './fixture.mjs';

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

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser.close();
});

/** A lane and an empty page.
 * @param {import('playwright-core').BrowserContextOptions} [options]
 * @param {(lane: import('./fixture.mjs').Lane) => void} [prepare] @param {number} [lanes] */
export async function blank(options, prepare, lanes = 1) {
  fx = await startFixture({ lanes });
  prepare?.(fx.lane);
  context = await browser.newContext(options);
  page = await context.newPage();
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

/** @param {{ width?: number, height?: number, lanes?: number, path?: string, theme?: string, locale?: string }} [options]
 * @param {(lane: import('./fixture.mjs').Lane) => void} [prepare] */
export async function open({ width = 1280, height = 800, lanes = 1, path = '', theme = 'dark', locale = 'en-GB' } = {}, prepare) {
  await blank({ viewport: { width, height }, locale }, prepare, lanes);
  listen();
  await page.addInitScript((t) => {
    if (!localStorage.getItem('gmshoot.view')) {
      localStorage.setItem('gmshoot.view', JSON.stringify({ theme: t }));
    }
  }, theme);
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
  await context?.close();
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
