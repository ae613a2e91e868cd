/*
 * The other pages in German, against the real nginx and worker: GMS_URL.
 * Nothing is left in English, and nothing is too wide for a phone.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from './chromium.mjs';
import { english } from './german.mjs';

const BASE = process.env.GMS_URL?.replace(/\/*$/, '/') ?? '';
const SHOTS = process.env.GMS_SCREENSHOTS;

/** What the configuration, the description of the API or who shoots says. */
const DATA = 'title, past-problems b, .wrong b, nav a[data-lane], h3 a, h2 a, option[value], .conf .things, .scrolls td, .scrolls th[scope=row], pre, .says, .soft, '
  + '.part h2, .sides nav, .role, .members, [data-part=found], .lane, admin-people li b, code';

/** Address, and what is there once it has come. */
const PAGES = [
  ['admin.html', 'admin-lanes article canvas'], ['admin.html#calibration/lane2', '.target dl > div'], ['admin.html#devices', 'admin-devices form'], ['admin.html#people', 'admin-people .count:not(:empty)'],
  ['admin.html#guns', 'admin-guns .count:not(:empty)'], ['admin.html#performance', 'admin-performance [data-chart]'], ['admin.html#statistics', 'admin-statistics td'], ['admin.html#system', 'admin-system .disk dl'], ['coach.html', 'coach-lanes article'],
  ['coach.html#lane1', 'coach-lane .figures > *'], ['camera.html?lane=lane1', '[data-part=sending] p'], ['join.html', '.error:not([hidden])'],
  ['trust.html', '.error:not([hidden])'], ['docs/', '.operation'], ['history.html', 'header button'], ['photo.html', 'header button'],
  ['screen.html', 'li.row, .nobody'],
];

describe('in German', { skip: BASE ? false : 'GMS_URL is not set: no system to look at' }, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {string[]} */
  const complaints = [];

  before(async () => {
    /* whatever was tested before: there is a day in the statistics, and no coach has said anything */
    for (const at of ['lane1', 'lane2'].map((lane) => `${BASE}api/lanes/${lane}/session`)) {
      await fetch(at, { method: 'DELETE' });
      await fetch(at, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"nickname":"Eva"}' });
      await fetch(at, { method: 'DELETE' });
    }
    for (let left = 300; !(await (await fetch(`${BASE}api/activity`)).json()).days?.length; left--) {
      assert.ok(left > 0, 'the history follows');
      await new Promise((done) => { setTimeout(done, 100); });
    }
    browser = await launch();
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'de-DE' });
    page = await context.newPage();
    page.setDefaultTimeout(30000);
    page.on('pageerror', (error) => complaints.push(String(error)));
  });

  after(async () => {
    await browser?.close();
    assert.deepEqual(complaints, []);
  });

  for (const [path, there] of PAGES) {
    test(`${path} says nothing in English, and fits a phone`, async () => {
      await page.goto('about:blank');
      await page.goto(BASE + path);
      await page.waitForSelector(there, { state: 'attached' });
      assert.equal(await page.getAttribute('html', 'lang'), 'de');
      if (SHOTS) {
        await page.screenshot({ path: `${SHOTS}/de-${path.replace(/[.#?/=]+/g, '-')}.png`, fullPage: true });
      }
      assert.deepEqual(await english(page, DATA), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    });
  }

  test('what is old is shown as old, with its age', async () => {
    await page.goto('about:blank');
    await page.goto(`${BASE}admin.html`);
    await page.waitForSelector('admin-lanes article canvas', { state: 'attached' });
    /* in one go: the stream of the page goes on, and says that all is well */
    const [lost, stale] = await page.evaluate(async () => {
      const { range } = await import(/** @type {any} */ ('/range.js'));
      range.setConnection({ state: 'lost', lostSince: Date.now() - 5000, lastData: Date.now() - 12500 });
      return [document.querySelector('.lost:not([hidden])')?.textContent ?? '', document.body.classList.contains('stale')];
    });
    assert.match(String(lost), /^Verbindung verloren\. Gezeigt wird der Stand vor 1\d s\. Neuer Versuch…$/);
    assert.ok(stale);
  });
});
