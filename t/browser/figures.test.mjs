/*
 * The figures of the page of who runs the range, against the real nginx and
 * worker: GMS_URL.  An hour that has not passed yet is put in between.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { violations } from './axe.mjs';
import { launch } from './chromium.mjs';

const BASE = process.env.GMS_URL?.replace(/\/*$/, '/') ?? '';
const HOUR_US = 3.6e9;

/** @param {string} method @param {string} path @param {any} [body] */
async function ask(method, path, body) {
  const response = await fetch(BASE + path, { method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
  return response.json().catch(() => null);
}

/** The same answer with an hour of samples before it. @param {any} answer */
function hourOf(answer) {
  const { columns, now_us } = answer;
  const samples = Array.from({ length: 359 }, (_, i) => Object.values({
    ...Object.fromEntries(columns.map((/** @type {string} */ c) =>
      [c, c.endsWith('p95_ms') ? 9 + (i % 5) : c.endsWith('p50_ms') ? 4 : 0])),
    t_us: now_us - HOUR_US + (i + 1) * 1e7, seconds: 10, captured: 300 - (i % 7), analysed: 290, dropped: i % 50 ? 0 : 9, cpu: 0.3,
    busy: i > 180 && i < 200 ? null : 0.5, streams: 3 }));
  return { ...answer, samples };
}

describe('the figures of the range', { skip: BASE ? false : 'GMS_URL is not set: no system to look at' }, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {string[]} */
  let complaints = [];

  before(async () => {
    browser = await launch();
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    page.setDefaultTimeout(30000);
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
  });

  after(async () => {
    await ask('DELETE', 'api/lanes/lane1/session');
    await browser?.close();
  });

  /** @param {string} part @param {string} [query] */
  const open = async (part, query = '') => {
    complaints = [];
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.goto('about:blank'); /* another # alone would load nothing */
    await page.goto(`${BASE}admin.html${query}#${part}`);
    await page.waitForSelector(`admin-${part} > *`, { state: 'attached' });
  };

  /** @param {string} selector @param {RegExp} expected */
  const shows = (selector, expected) => page.waitForFunction(([s, source]) => new RegExp(source).test(
    document.querySelector(s)?.textContent?.replace(/\s+/g, ' ') ?? ''), [selector, expected.source]);

  test('a shot is measured from the camera to this screen', async () => {
    await ask('DELETE', 'api/lanes/lane1/session');
    await open('performance');
    await shows('.screen .legend', /No shot has fallen yet.*clock differs from this device’s by -?[\d,]+ ms/);
    await ask('POST', 'api/lanes/lane1/session', { nickname: 'anna' });
    await shows('.screen .legend', /Shots: [1-9]\d*; half within \d+ ms/);
    await page.selectOption('admin-performance select', 'lane2');
    await shows('.screen .legend', /No shot has fallen yet/);
    await page.selectOption('admin-performance select', 'lane1');
    await shows('.screen .legend', /Shots: [1-9]/);
    assert.ok(await page.locator('.screen .bar-some').count() > 0);
    assert.deepEqual(complaints, []);
  });

  test('an hour of a lane is drawn, and read out under pointer and keys', async () => {
    await page.route('**/performance*', async (route) => {
      const answer = await (await route.fetch()).json();
      await route.fulfill({ json: route.request().url().includes('lane2') ? hourOf(answer) : answer });
    });
    await page.selectOption('admin-performance select', 'lane2');
    await shows('[data-chart=rate] .legend', /from the camera 29\.\d\s\/s.*searched 29\.0/);
    await shows('[data-chart=hole] .legend', /half within 4\.0.ms.*95 % within/);
    assert.equal(await page.locator('[data-chart=busy] .line').count(), 2, 'what is not known is left open');
    assert.match(await page.getAttribute('[data-chart=cpu] svg', 'aria-label') ?? '', /CPU of the worker: in use now 0\.30.cores, least 0\.30/);
    const box = await page.locator('[data-chart=rate] svg').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y + 40);
    await shows('[data-chart=rate] .read', /^\d\d?:\d\d:\d\d.*: from the camera [\d.]+.\/s, searched 29\.0/);
    await page.focus('[data-chart=rate] svg');
    const was = await page.textContent('[data-chart=rate] .read');
    await page.keyboard.press('ArrowLeft');
    assert.notEqual(await page.textContent('[data-chart=rate] .read'), was);
    await shows('admin-performance > [role=status]', /from the camera/);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.route('**/performance*', (route) => route.fulfill({ status: 503, body: '' }));
    await page.selectOption('admin-performance select', '');
    await shows('admin-performance .trouble', /GMShoot does not answer just now/);
  });

  test('what the worker keeps is told of all lanes and of one', async () => {
    const all = await ask('GET', 'api/performance');
    const one = await ask('GET', 'api/lanes/lane1/performance');
    const rate = (/** @type {any} */ a) => a.samples.at(-1)[a.columns.indexOf('captured')];
    assert.ok(all.lane === null && one.lane === 'lane1' && rate(all) > rate(one) && rate(one) > 0, `${rate(all)} ${rate(one)}`);
    const later = await ask('GET', `api/performance?since=${all.samples.at(-1)[0]}`);
    assert.ok(later.samples.length <= 1);
  });

  test('what was done is told by lane and day, and as a file', async () => {
    await open('statistics');
    await shows('admin-statistics tbody', /Lane 1/);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('.export')]);
    assert.equal(download.suggestedFilename(), 'gmshoot-all-30.csv');
    const csv = await readFile(await download.path(), 'utf8');
    assert.match(csv, /^day,lane,sessions,shooters,shots,corrected,doubtful,cameras_lost\r\n\d{4}-\d\d-\d\d,lane\d,/);
    await page.selectOption('[name=days]', '7');
    await page.selectOption('[name=lane]', 'lane1');
    await page.waitForFunction(() => !/Lane 2/.test(document.querySelector('admin-statistics tbody')?.textContent ?? ''));
    await page.route('**/api/activity*', (route) => route.fulfill({ json: { days: [], truncated: false } }));
    await page.selectOption('[name=lane]', '');
    await shows('admin-statistics .scrolls', /Nothing was shot, and nothing went wrong/);
    assert.equal(await page.isDisabled('.export'), true);
  });

  test('what was wrong stands in plain words with its time, by pages', async () => {
    const past = Array.from({ length: 30 }, (_, i) => ({ lane: i ? 'lane1' : 'gone', type: i ? 'camera-lost' : 'new-kind', title: 'Said so',
      detail: '<b>x', began_us: 1795000000000000 - i * 6e7, ended_us: i < 2 ? null : 1795000000000000 - i * 6e7 + 9e6 }));
    await open('system');
    await page.route('**/api/problems/past*', (route) => {
      const more = route.request().url().includes('cursor=20');
      return route.fulfill({ json: { problems: more ? past.slice(20) : past.slice(0, 20), next: more ? null : '20' } });
    });
    await page.reload();
    await shows('past-problems li:first-child', /gone: Said so.*<b>x.*the lane is no more/);
    await shows('past-problems li:nth-child(2)', /Lane 1[^:]*: no pictures from the camera.*goes on/);
    await shows('past-problems li:nth-child(3)', /for 0:09/);
    await page.click('past-problems .more');
    await page.waitForFunction(() => document.querySelectorAll('past-problems li').length === 30);
    assert.equal(await page.isVisible('past-problems .more'), false);
    assert.equal(await page.locator('past-problems li b b').count(), 0);
  });

  test('a configuration that waits says for what', async () => {
    await open('system');
    await page.route('**/api/config', async (route) => {
      const answer = await (await route.fetch()).json();
      await route.fulfill({ json: { ...answer, pending: ['lane2'], refused: { id: 'x', detail: 'a lane has no target' } } });
    });
    await page.reload();
    await shows('admin-system .conf', /Generation ?\d+ ?Id ?[0-9a-f]+ ?Waits ?The change waits for the end of the session on Lane 2/);
    await shows('admin-system .conf .error', /a lane has no target/);
    await shows('admin-system .conf .things', /Lane 2[^(]*\(lane2\).*the change waits/);
  });

  test('in German, on a phone, a tablet and a desktop; axe finds nothing in either theme', async () => {
    await open('performance', '?lang=de');
    await shows('admin-performance', /Bilder pro Sekunde.*von der Kamera \d+,\d/);
    for (const [width, height] of [[390, 844], [820, 1180], [1600, 1000]]) {
      await page.setViewportSize({ width, height });
      for (const part of ['performance', 'statistics', 'system']) {
        await page.evaluate((hash) => { location.hash = hash; }, part);
        await page.waitForSelector(`admin-${part} h2`);
        await page.waitForFunction((name) => !document.querySelector(`admin-${name} :is(.scrolls, .conf):empty`), part);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${part} at ${width}`);
        if (width !== 820) {
          assert.deepEqual(await violations(page, width === 390 ? 'dark' : 'sun'), [], `${part} at ${width}`);
        }
      }
    }
    assert.deepEqual(complaints, []);
  });
});
