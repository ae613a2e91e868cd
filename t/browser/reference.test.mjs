/*
 * The page of the API at /docs/, against the real nginx and worker: GMS_URL.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { violations } from './axe.mjs';
import { launch } from './chromium.mjs';

const BASE = process.env.GMS_URL?.replace(/\/*$/, '/') ?? '';

describe('the page of the API', { skip: BASE ? false : 'GMS_URL is not set: no system to look at' }, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {string[]} */
  const complaints = [];

  before(async () => {
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    page.setDefaultTimeout(30000);
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
  });

  after(() => browser?.close());

  test('opens what a link names, and asks a lane', async () => {
    await page.goto(`${BASE}docs/#getLane`);
    await page.waitForSelector('#getLane[open] .try');
    assert.equal(await page.inputValue('#getLane [name=lane]'), 'lane1');
    await page.fill('#getLane [name=lane]', 'lane2');
    assert.match(await page.innerText('#getLane .command'), /^curl 'http:.*\/api\/lanes\/lane2'$/);
    await page.click('#getLane .try button');
    await page.waitForFunction(() => /^200 /.test(document.querySelector('#getLane .came p')?.textContent ?? ''));
    assert.match(await page.innerText('#getLane .came pre'), /"lane": "lane2"/);
  });

  test('shows a stream as it comes, and a picture as a picture', async () => {
    await page.click('#getLaneEvents > summary');
    await page.click('#getLaneEvents .try button');
    await page.waitForFunction(() => /event: snapshot/.test(document.querySelector('#getLaneEvents .came pre')?.textContent ?? ''));
    await page.click('#getFrame > summary');
    await page.click('#getFrame .try button');
    await page.waitForFunction(() => (/** @type {HTMLImageElement | null} */ (
      document.querySelector('#getFrame .came img'))?.naturalWidth ?? 0) > 100);
  });

  test('finds by words, and opens the members of what is sent', async () => {
    await page.fill('.seek input', 'start session');
    await page.click('#startSession > summary');
    await page.waitForSelector('#startSession .inside');
    assert.match(await page.innerText('#startSession'), /nickname[^]*string, at most 63 bytes/);
    assert.match(await page.innerText('#startSession .command'), /-X POST -H 'Content-Type: application\/json' -d '\{/);
    await page.click('#startSession [data-answer="201"] .schema > summary');
    await page.waitForSelector('#startSession [data-answer="201"] .schema[open] > :nth-child(2)');
    await page.fill('.seek input', 'no such thing');
    await page.waitForFunction(() => /Nothing has these words/.test(document.querySelector('main')?.textContent ?? ''));
  });

  test('has nothing for axe to find, and nothing stands over', async () => {
    await page.fill('.seek input', '');
    await page.click('#startSession > summary');
    for (const theme of ['dark', 'sun']) {
      assert.deepEqual(await violations(page, theme), [], theme);
    }
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    assert.deepEqual(complaints, []);
  });
});
