/*
 * The page of the history against the real nginx and worker: GMS_URL.  What
 * was shot is imported, so that nobody has to shoot.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { violations } from './axe.mjs';
import { launch } from './chromium.mjs';

const BASE = process.env.GMS_URL?.replace(/\/*$/, '/') ?? '';
const NAME = '<img src=x onerror="document.title=1">Ada';
/* shots that are there already would not come in again */
const WHO = `ada-${Date.now().toString(36)}`;
const OFF_MM = (Date.now() % 1e5) / 1e5;

/** @param {string} method @param {string} path @param {any} [body] */
async function ask(method, path, body) {
  const response = await fetch(BASE + path, { method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
  return response.json().catch(() => null);
}

/** Days of training, five shots each, the later ones tighter. @param {number} days */
function training(days) {
  const lines = ['ShotMarker Archived Data (generated Dec 1 2026),,,', ''];
  for (let d = 1; d <= days; d++) {
    lines.push(`${new Date(2026, 0, d).toDateString().slice(4).replace(/ 0/, ' ')},day ${d} of ${WHO},AP at 10m,`, ',time,id,tags,score,x (mm),y (mm)');
    for (let k = 1; k <= 5; k++) {
      lines.push(`,6:0${k}:00 pm,${k},,,${(Math.cos(k + d) * (60 - d) + OFF_MM).toFixed(5)},${(Math.sin(2 * k + d) * (60 - d) - 3).toFixed(2)}`);
    }
  }
  return lines.join('\n');
}

describe('the page of the history', { skip: BASE ? false : 'GMS_URL is not set: no system to look at' }, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {string[]} */
  const complaints = [];

  before(async () => {
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
    page.setDefaultTimeout(30000);
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await ask('POST', 'api/shooters', { id: WHO, name: NAME });
    const csv = training(30);
    let answer;
    do { /* on a busy machine it may be late: nothing comes in twice */
      answer = await ask('POST', 'api/import', { csv, shooter: WHO, target: 'issf-10m-air-pistol', caliber_mm: 4.5 });
    } while (answer?.status === 504);
    for (let left = 300; (await ask('GET', `api/sessions?shooter=${WHO}`)).sessions?.length !== 30; left--) {
      assert.ok(left > 0, `the history follows: ${JSON.stringify(answer).slice(0, 300)}`);
      await new Promise((done) => { setTimeout(done, 100); });
    }
  });

  after(() => browser?.close());

  /** @param {string} selector @param {RegExp} expected */
  const shows = (selector, expected) => page.waitForFunction(([s, source]) => new RegExp(source).test(
    document.querySelector(s)?.textContent?.replace(/\s+/g, ' ') ?? ''), [selector, expected.source]);

  test('shows how it went, and a stranger’s name as text', async () => {
    await page.goto(`${BASE}history.html?shooter=${WHO}`);
    await page.waitForSelector('history-sessions tbody tr:nth-child(30)');
    await shows('.sums', /Sessions30 ?Shots150/);
    await shows('header', /<img src=x/);
    assert.equal(await page.locator('header img').count(), 0);
    assert.equal(await page.locator('history-trend .mean').count(), 1);
    assert.match(await page.locator('history-trend .dots').getAttribute('d') ?? '', /^(M[\d.]+ [\d.]+h0){30}$/);
    await shows('history-heat .says', /^150 shots; the brightest field has \d+\.$/);
    assert.ok(await page.locator('history-heat .heat').count() > 0);
  });

  test('reads a session out, and lays two on one target', async () => {
    await page.focus('history-trend svg');
    await page.keyboard.press('End');
    await shows('history-trend .read', /^30 Jan 2026: \d+\.\d\d$/);
    await page.keyboard.press('Enter');
    await page.waitForSelector('history-compare .shots.is-0 circle:nth-child(5)');
    await page.locator('history-sessions tbody label.tick').nth(3).click();
    await page.waitForSelector('history-compare .shots.is-1 path:nth-child(5)');
    assert.equal(await page.locator('history-compare .centre:not(.halo)').count(), 2);
    assert.match(page.url(), /sessions=[^&]+%2C/);
    await page.reload();
    await page.waitForSelector('history-compare .shots.is-1 path:nth-child(5)');
    assert.equal(await page.locator('history-sessions tbody :checked').count(), 2);
    const card = await page.locator('history-compare .set a').first().getAttribute('href') ?? '';
    assert.match(await (await fetch(new URL(card, BASE))).text(), /class="qr"/);
  });

  test('leaves out what is too long ago, and says when there is nothing', async () => {
    await page.locator('[data-days="30"]').click();
    await page.waitForFunction(() => document.querySelectorAll('history-sessions tbody tr').length === 0);
    await shows('.nothing', /Nothing was shot here yet/);
    await page.locator('[data-days="0"]').click();
    await page.waitForSelector('history-sessions tbody tr:nth-child(30)');
  });

  test('gives the whole list to a spreadsheet', async () => {
    const coming = page.waitForEvent('download');
    await page.click('.export');
    const text = readFileSync(await (await coming).path(), 'utf8');
    assert.equal(text.trimEnd().split('\r\n').length, 31);
  });

  test('asks again when the answer does not come', async () => {
    await page.route('**/api/trends?**', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad</h1>' }), { times: 1 });
    await page.selectOption('history-trend select', 'sigma');
    await shows('history-trend .trouble', /GMShoot does not answer just now/);
    await page.click('history-trend .trouble button');
    await page.waitForFunction(() => !document.querySelector('history-trend .trouble')?.textContent);
    assert.equal(complaints.length, 1, 'the browser’s own line on the 502');
    complaints.length = 0;
  });

  test('speaks German, fits a phone, and has nothing for axe to find', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${BASE}history.html?shooter=${WHO}&lang=de`);
    await shows('.sums', /Sitzungen30/);
    await page.locator('history-sessions tbody label.tick').nth(0).click();
    await page.waitForSelector('history-compare .shots.is-0 circle:nth-child(5)');
    for (const theme of ['dark', 'sun']) {
      assert.deepEqual(await violations(page, theme), [], theme);
    }
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    assert.deepEqual(complaints, []);
  });
});
