/*
 * The page that scores a photograph, against the real nginx and worker:
 * GMS_URL.  The photograph is a lane's own picture.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { violations } from './axe.mjs';
import { launch } from './chromium.mjs';

const BASE = process.env.GMS_URL?.replace(/\/*$/, '/') ?? '';

describe('the page that scores a photograph', { skip: BASE ? false : 'GMS_URL is not set: no system to look at' }, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {string[]} */
  const complaints = [];
  let photo = Buffer.alloc(0);

  before(async () => {
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
    page.setDefaultTimeout(30000);
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    for (let left = 100; ; left--) {
      const response = await fetch(`${BASE}api/lanes/lane1/frame.jpg`);
      if (response.ok) {
        photo = Buffer.from(await response.arrayBuffer());
        return;
      }
      assert.ok(left > 0, 'a picture comes');
      await new Promise((done) => { setTimeout(done, 100); });
    }
  });

  after(() => browser?.close());

  /** @param {string} selector @param {RegExp} expected */
  const shows = (selector, expected) => page.waitForFunction(([s, source]) => new RegExp(source).test(
    document.querySelector(s)?.textContent?.replace(/\s+/g, ' ') ?? ''), [selector, expected.source]);

  /** Where a place of the face is on the screen. @param {number} x_mm @param {number} y_mm */
  const place = (x_mm, y_mm) => page.evaluate(([x, y]) => {
    const stage = /** @type {any} */ (document.querySelector('photo-stage'));
    const h = stage.found.homography_mm_to_px;
    const w = h[6] * x + h[7] * y + h[8];
    const box = stage.querySelector('svg').getBoundingClientRect();
    return [box.left + ((h[0] * x + h[1] * y + h[2]) / w + 0.5) / stage.scale, box.top + ((h[3] * x + h[4] * y + h[5]) / w + 0.5) / stage.scale];
  }, [x_mm, y_mm]);

  /** @param {number} x_mm @param {number} y_mm */
  const tap = async (x_mm, y_mm) => {
    const [x, y] = await place(x_mm, y_mm);
    await page.mouse.click(x, y);
  };

  const choose = (/** @type {Buffer} */ bytes, /** @type {string} */ type = 'image/jpeg') =>
    page.setInputFiles('.drop input', { name: 'target.jpg', mimeType: type, buffer: bytes });

  test('finds the target, and says what tapped holes are worth', async () => {
    await page.goto(`${BASE}photo.html`);
    await page.selectOption('[name=target]', 'issf-10m-air-pistol');
    await choose(photo);
    await shows('.status', /^Found: the rings lie within 0\.\d\d mm, tilt \d+°\./);
    assert.equal(await page.locator('.sheet .ring').count(), 10);
    await tap(0, 0);
    await shows('.list', /^ ?Shot 1: 10× ?$/);
    await tap(-24, 4);
    await tap(40, -35);
    await shows('.list', /Shot 1: 10× Shot 2: 7 Shot 3: 4/);
    await shows('.sums', /Total21 ?Shots3 ?Inner1/);
    assert.equal(await page.locator('.result .shot').count(), 3);
  });

  test('moves, takes back and removes a mark', async () => {
    const [x, y] = await place(-24, 4);
    await page.mouse.move(x, y);
    await page.mouse.down();
    const [to_x, to_y] = await place(-5, 4);
    await page.mouse.move(to_x, to_y, { steps: 3 });
    assert.ok(await page.isVisible('.loupe'));
    await page.mouse.up();
    await shows('.list', /Shot 2: 10/);
    assert.ok(await page.isHidden('.loupe'));
    for (let i = 0; i < 10; i++) {
      await page.keyboard.press('Shift+ArrowLeft');
    }
    await shows('.list', /Shot 2: 9/);
    await page.keyboard.press('Delete');
    await shows('.list', /Shot 1: 10× Shot 2: 4/);
    await page.click('[data-do=undo]');
    await shows('.list', /Shot 3: 4/);
    const coming = page.waitForEvent('download');
    await page.click('[data-do=csv]');
    const lines = readFileSync(await (await coming).path(), 'utf8').trimEnd().split('\r\n');
    assert.equal(lines.length, 4);
    assert.match(lines[1], /^1,1,-?0\.\d+,-?0\.\d+,10\.\d,10,1,4\.5,issf-10m-air-pistol$/);
  });

  test('says what is wrong with a picture, and takes another one', async () => {
    await page.goto(`${BASE}photo.html?lang=de`);
    await choose(Buffer.from('no picture'));
    await shows('.trouble', /Dieses Bild kann der Browser nicht öffnen/);
    await page.click('.trouble button');
    const blank = await page.evaluate(async () => {
      const canvas = document.createElement('canvas');
      canvas.width = 640;
      canvas.height = 480;
      canvas.getContext('2d')?.fillRect(0, 0, 640, 480);
      return canvas.toDataURL('image/png').split(',')[1];
    });
    await choose(Buffer.from(blank, 'base64'), 'image/png');
    await shows('.trouble', /not found/);
    assert.equal(complaints.length, 1, 'the browser’s own line on the 422');
    complaints.length = 0;
    await page.setInputFiles('.work [type=file]', { name: 'b.jpg', mimeType: 'image/jpeg', buffer: photo });
    await shows('.status', /^Gefunden: /);
  });

  test('fits a phone, and has nothing for axe to find', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.reload();
    await choose(photo);
    await shows('.status', /^Gefunden: /);
    await page.locator('photo-stage').scrollIntoViewIfNeeded();
    await page.focus('photo-stage svg');
    await page.keyboard.press('Enter');
    await shows('.list', /Schuss 1: 10×/);
    for (const theme of ['dark', 'sun']) {
      assert.deepEqual(await violations(page, theme), [], theme);
    }
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    assert.deepEqual(complaints, []);
  });
});
