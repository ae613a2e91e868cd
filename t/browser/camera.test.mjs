/* The page of a phone that is a lane's camera, in a browser that has one, at
 * an address that is not its own: t/browser/95-camera.t. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { violations } from './axe.mjs';
import { launch } from './chromium.mjs';

const RUN = process.env.GMS_RUN ?? '';
const HOST = process.env.GMS_ADDRESS ?? '';
const PLAIN = `http://${HOST}:8080`;
const TLS = `https://${HOST}:8443`;
const LOCAL = 'http://127.0.0.1:8080';
const CLIP = `${RUN}/card.mjpeg`;

/** At this load a computer of two cores does not keep fifteen pictures a second. */
const BUSY = 4;

const FAKE = ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${CLIP}`];

/** @param {string} path */
const state = async (path) => (await fetch(`${LOCAL}/api/lanes/${path}`, { signal: AbortSignal.timeout(30000) })).json();

/** @param {() => Promise<unknown>} ask @param {string} what */
async function until(ask, what) {
  for (let i = 0; i < 300; i++) {
    const answer = await ask();
    if (answer) {
      return answer;
    }
    await new Promise((done) => { setTimeout(done, 100); });
  }
  throw new Error(`waited in vain for ${what}`);
}

describe('a phone as the camera', () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').BrowserContext} */
  let phone;
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {string[]} */
  const complaints = [];

  /** @param {string} name @param {string} title */
  const says = (name, title, p = page) => p.waitForFunction(([n, t]) =>
    document.querySelector(`[data-part="${n}"] b`)?.textContent === t, [name, title], { timeout: 30000 });

  before(async () => {
    /* what hangs in front of the camera: a card that the other lane draws */
    const pictures = [];
    for (let i = 0; i < 6; i++) {
      const still = /** @type {Response} */ (await until(async () => {
        const r = await fetch(`${LOCAL}/api/lanes/drawn/frame.jpg`);
        return r.ok && r;
      }, 'a picture'));
      pictures.push(Buffer.from(await still.arrayBuffer()));
    }
    writeFileSync(CLIP, Buffer.concat(pictures));
    const db = `${RUN}/home/.pki/nssdb`;
    mkdirSync(db, { recursive: true });
    execFileSync('certutil', ['-N', '--empty-password', '-d', `sql:${db}`]);
    execFileSync('certutil', ['-A', '-d', `sql:${db}`, '-n', 'range', '-t', 'C,,', '-i', `${RUN}/tls/ca.crt`]);
    browser = await launch([...FAKE, '--use-fake-ui-for-media-stream'], { HOME: `${RUN}/home` });
    phone = await browser.newContext({ viewport: { width: 390, height: 844 } });
    page = await phone.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
  });

  after(() => browser?.close());

  test('is trusted by the authority that its owner took, and by nothing else', async () => {
    const stranger = await launch([], { HOME: `${RUN}/stranger` });
    const other = await stranger.newPage();
    await assert.rejects(other.goto(`${TLS}/camera.html`), /ERR_CERT_AUTHORITY_INVALID/);
    await stranger.close();
    const answer = await page.goto(`${TLS}/trust.html`);
    assert.equal(answer?.status(), 200);
    await page.waitForSelector('.go:not([hidden])');
    const crt = await fetch(`${PLAIN}/gmshoot-ca.crt`);
    assert.equal(crt.headers.get('content-type'), 'application/x-x509-ca-cert');
    assert.match(await crt.text(), /^-----BEGIN CERTIFICATE-----/);
    assert.equal((await fetch(`${PLAIN}/tls/ca.key`)).status, 404);
  });

  test('is an app over https, which lets the camera’s pictures pass', async () => {
    await page.goto(`${TLS}/camera.html?lane=lane1`);
    /* an evaluate() waits without end for one that is never ready */
    const worker = await page.waitForFunction(() => navigator.serviceWorker.controller?.scriptURL);
    assert.equal(await worker.jsonValue(), `${TLS}/offline.js`);
    assert.equal(await page.evaluate(() => fetch('/manifest.webmanifest').then((r) => r.headers.get('content-type'))), 'application/manifest+json');
    assert.equal(await page.evaluate(() => 'wakeLock' in navigator), true);
  });

  test('says over http what is missing, and where to find it', async () => {
    await page.goto(`${PLAIN}/camera.html?lane=lane1`);
    await says('sending', 'This page must be opened with https');
    assert.equal(await page.isVisible('[data-do=start]'), false);
    assert.equal(await page.getAttribute('.card a.button', 'href'), `${TLS}/camera.html?lane=lane1`);
  });

  test('looks on before it is let in', async () => {
    await page.goto(`${TLS}/camera.html?lane=lane1`);
    await page.waitForSelector('[data-part=note]:not([hidden])');
    await page.click('[data-do=start]');
    await says('sending', 'You are not allowed to do this');
    assert.equal(await page.isVisible('[data-part=invite]'), false);
    await page.click('[data-do=stop]');
  });

  test('is let in by the code that a computer of the range shows', async () => {
    const context = await browser.newContext();
    const desk = await context.newPage();
    await desk.goto(`${LOCAL}/camera.html?lane=lane1`);
    await desk.click('[data-do=invite]');
    await desk.waitForSelector('.invited:not([hidden]) .scan svg');
    const link = await desk.textContent('.invited > .link') ?? '';
    assert.match(link, new RegExp(`^${TLS}/join\\.html#[0-9a-f]{32}$`));
    await context.close();
    await page.goto(link);
    await page.click('button');
    await page.waitForURL(`${TLS}/camera.html?lane=lane1`);
    assert.equal((await page.evaluate(() => fetch('/api/lanes/lane1/access').then((r) => r.json()))).role, 'camera');
  });

  test('sends 720p at fifteen pictures a second, and the lane finds its target', async (t) => {
    await page.click('[data-do=start]');
    await says('found', 'Target found');
    await page.waitForSelector('.fitted path', { state: 'attached' });
    const { camera, calibration } = await state('lane1');
    assert.equal(`${camera.state} ${camera.width}x${camera.height}`, 'ok 1280x720');
    assert.equal(calibration.origin, 'auto');
    const drawn = (await state('drawn')).calibration;
    assert.ok(Math.abs(drawn.px_per_mm - calibration.px_per_mm) < 0.1, 'the same card at the same place');

    let best = 0;
    await until(async () => {
      const { fps } = (await state('lane1')).camera;
      best = Math.max(best, fps);
      return fps > 14 || (loadavg()[0] > BUSY && fps > 3);
    }, 'fifteen pictures a second').finally(() => t.diagnostic(`${best} pictures a second at a load of ${loadavg()[0]}`));
  });

  test('fits each screen in both themes, and has nothing for axe to find', async () => {
    for (const [width, height] of [[320, 640], [390, 844], [844, 390], [820, 1180], [1280, 800]]) {
      await page.setViewportSize({ width, height });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width}`);
      const [video, stop] = await Promise.all(['video', '[data-do=stop]'].map((s) => page.locator(s).boundingBox()));
      assert.ok(video && video.width > 180 && video.height > 100, `the picture at ${width}`);
      assert.ok(stop && stop.height >= 48 && stop.x + stop.width <= width, `the button at ${width}`);
    }
    for (const theme of ['sun', 'dark']) {
      assert.deepEqual(await violations(page, theme), [], theme);
    }
  });

  test('is alone at its lane', async () => {
    const context = await browser.newContext();
    const other = await context.newPage();
    await other.goto(`${LOCAL}/camera.html?lane=lane1`);
    await other.click('[data-do=start]');
    await says('sending', 'Another camera is at work on this lane', other);
    await page.click('[data-do=stop]');
    await other.waitForFunction(() => document.querySelector('[data-part=sending] b')?.textContent === 'Pictures arrive');
    await context.close();
  });

  test('goes on by itself after the network was gone, and when it is loaded again', async () => {
    await page.click('[data-do=start]');
    await page.waitForFunction(() => ['Pictures arrive', 'The lane says: slower']
      .includes(document.querySelector('[data-part=sending] b')?.textContent ?? ''), undefined, { timeout: 30000 });
    await phone.setOffline(true);
    await says('sending', 'No connection to the range');
    assert.match(await page.textContent('[data-part=sending]') ?? '', /last picture arrived/);
    await phone.setOffline(false);
    const { captured } = (await state('lane1')).camera;
    await until(async () => (await state('lane1')).camera.captured > captured + 3, 'pictures');
    await page.reload();
    const again = (await state('lane1')).camera.captured;
    await until(async () => (await state('lane1')).camera.captured > again + 20, 'pictures after a reload');
  });

  test('says so when its owner does not let the page use the camera', async () => {
    const strict = await launch([...FAKE, '--deny-permission-prompts']);
    const denied = await strict.newPage();
    await denied.goto(`${LOCAL}/camera.html?lane=lane1`);
    await denied.click('[data-do=start]');
    await says('sending', 'This page may not use the camera', denied);
    for (const [name, title] of [['NotFoundError', 'This device has no camera'],
      ['NotReadableError', 'Another program uses the camera']]) {
      await denied.evaluate((n) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', n));
      }, name);
      await denied.click('[data-do=start]');
      await says('sending', title, denied);
    }
    await strict.close();
  });

  test('caused no error in the browser', () => {
    assert.deepEqual(complaints, []);
  });
});
