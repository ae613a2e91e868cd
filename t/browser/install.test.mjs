/* The pages as an app: installed, and opened while the range is not there. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch } from './chromium.mjs';
import { CSP } from './fixture.mjs';
import { PAGES } from './words.mjs';

/** @type {Record<string, string>} */
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png',
  '.webmanifest': 'application/manifest+json' };

describe('as an app the pages', () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  let port = 0;
  /** @type {import('node:http').Server} */
  let server;
  /** What stands in a file instead. @type {Record<string, (text: string) => string>} */
  const changed = {};

  /** A range that has no lane. */
  async function serve() {
    server = createServer(async (request, response) => {
      const path = (request.url ?? '/').replace(/\?.*/, '').replace(/\/$/, '/index.html');
      const file = path.startsWith('/api/') ? null : await readFile(join(PAGES, path)).catch(() => null);
      response.writeHead(file || path === '/api/lanes' ? 200 : 404, { 'cache-control': 'no-cache', 'content-security-policy': CSP,
        'content-type': file ? TYPES[extname(path)] ?? '' : 'application/json' });
      response.end(file && changed[path] ? changed[path](String(file)) : file ?? JSON.stringify({ lanes: [], link: 'up' }));
    });
    await new Promise((done) => { server.listen(port, '127.0.0.1', () => done(0)); });
    port = /** @type {import('node:net').AddressInfo} */ (server.address()).port;
  }

  const leave = () => new Promise((done) => {
    server.close(done);
    server.closeAllConnections();
  });

  /** What is kept on the device. */
  const kept = () => page.evaluate(async () => (await (await caches.open('gmshoot-pages')).keys()).map(({ url }) => new URL(url).pathname));

  /** What https does by itself. */
  const install = () => page.evaluate(() => import(/** @type {any} */ ('/install.js')));

  before(async () => {
    await serve();
    browser = await launch();
    page = await (await browser.newContext({ locale: 'de-DE' })).newPage();
    page.setDefaultTimeout(30000);
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForSelector('.state b:not(:empty)');
  });

  after(async () => {
    await browser?.close();
    await leave();
  });

  test('are kept by nobody who did not come over https', async () => {
    await page.waitForSelector('lane-menu button', { state: 'attached' });
    assert.equal(await page.evaluate(() => navigator.serviceWorker.getRegistration().then(Boolean)), false);
    assert.equal(await page.evaluate(() => document.querySelector('[rel=manifest]')), null);
  });

  test('have a manifest that a browser installs', async () => {
    await install();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => 0));
    const cdp = await page.context().newCDPSession(page);
    const { errors, data } = await cdp.send('Page.getAppManifest');
    assert.deepEqual(errors, []);
    assert.equal(JSON.parse(data ?? '{}').name, 'GMShoot');
    for (const { src, sizes, type } of JSON.parse(data ?? '{}').icons) {
      const icon = await page.request.get(`http://127.0.0.1:${port}/${src}`);
      assert.equal(icon.headers()['content-type'], type);
      if (type === 'image/png') {
        const png = await icon.body();
        assert.equal(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, sizes);
      }
    }
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
    /* what a test opens is such a window */
    assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), []);
  });

  test('are kept with all that they were made of, and nothing that the range says', async () => {
    for (let i = 0; i < 100 && !(await kept()).includes('/de.js'); i++) {
      await page.waitForTimeout(50);
    }
    const names = await kept();
    for (const name of ['/', '/shooter.js', '/shooter.css', '/lane-menu.js', '/de.js']) {
      assert.ok(names.includes(name), `${name} of ${names}`);
    }
    assert.deepEqual(names.filter((name) => name.startsWith('/api/')), []);
  });

  test('are shown without the range, and say that they may be old', async () => {
    await leave();
    await page.reload();
    await page.waitForSelector('lane-banner .lost:not([hidden])');
    await install();
    assert.match(await page.textContent('.old-page') ?? '', /Ohne den Stand geöffnet/);
  });

  test('are new with the next load, when the range is back', async () => {
    changed['/lane-score.js'] = (text) => text.replace('Waiting for the lane…', 'Another version');
    await serve();
    await page.click('.old-page button');
    await page.waitForFunction(() => document.querySelector('.last .words')?.textContent === 'Another version');
    assert.equal(await page.locator('.old-page').count(), 0);
  });
});
