/*
 * The page of who runs the range, against the real nginx and worker: GMS_URL.
 * What they do not do when asked (refuse, stay silent, a hand before a target)
 * is put in between.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { violations } from './axe.mjs';
import { launch } from './chromium.mjs';

const BASE = process.env.GMS_URL?.replace(/\/*$/, '/') ?? '';
const NAME = '<img src=x onerror="document.title=1"><b>Eve</b>';

/** @param {string} method @param {string} path @param {any} [body] */
async function ask(method, path, body) {
  const response = await fetch(BASE + path, { method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
  return response.json().catch(() => null);
}

describe('the page of who runs the range', { skip: BASE ? false : 'GMS_URL is not set: no system to look at' }, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').BrowserContext} */
  let context;
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {string[]} */
  let complaints = [];

  before(async () => {
    browser = await launch();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.setDefaultTimeout(30000);
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
  });

  after(async () => {
    await ask('DELETE', 'api/lanes/lane2/session');
    await browser?.close();
  });

  /** @param {string} part */
  const open = async (part) => {
    complaints = [];
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.goto('about:blank'); /* another # alone would load nothing */
    await page.goto(`${BASE}admin.html#${part}`);
  };

  /** @param {string} selector @param {RegExp} expected */
  const shows = (selector, expected) => page.waitForFunction(([s, source]) => new RegExp(source).test(
    document.querySelector(s)?.textContent?.replace(/\s+/g, ' ') ?? ''), [selector, expected.source]);

  /** @param {string} selector */
  const hold = async (selector) => {
    await page.hover(selector);
    await page.mouse.down();
    await page.waitForSelector(`${selector}:not(.held), body:not(:has(${selector}))`, { state: 'attached' });
    await page.mouse.up();
  };

  test('tells of the system, and leaves alone what somebody has opened', async () => {
    await open('system');
    await shows('admin-system .wrong h2', /^(Nothing is wrong|\d+ troubles? now)$/);
    await shows('admin-system table', /Lane 2 ?simulate, ok/);
    await shows('admin-system .disk', /Disk ?[\d.]+ [kMGT]?B free of/);
    await shows('admin-system .conf', /Lane 2 \(lane2\) ?simulate: seed=2/);
    await page.click('admin-system details summary');
    await page.waitForResponse((response) => response.url().endsWith('/api/config'));
    assert.ok(await page.isVisible('admin-system details pre'));
    await page.route('**/api/system', (route) => route.fulfill({ status: 503, body: '' }));
    await shows('admin-system .trouble', /GMShoot does not answer just now/);
    await shows('admin-system table', /Lane 2/);
  });

  test('the overview follows a lane, and shows a stranger’s name as text', async () => {
    await open('lanes');
    await shows('[data-lane=lane2] h2', /Lane 2/);
    await ask('DELETE', 'api/lanes/lane2/session');
    await shows('[data-lane=lane2] .who', /Free/);
    await ask('POST', 'api/lanes/lane2/session', { nickname: NAME.slice(0, 60) });
    await shows('[data-lane=lane2] .who', /<img src=x/);
    assert.equal(await page.locator('[data-lane=lane2] img').count(), 0);
    await ask('POST', 'api/lanes/lane2/shots', { ring: 9, reason: 'seen on the paper' });
    await shows('[data-lane=lane2] .shots', /^[1-9]\d* shots?$/);
    await page.waitForFunction(() => (/** @type {HTMLCanvasElement | null} */ (document.querySelector('[data-lane=lane2] canvas'))?.width ?? 0) === 360);
    assert.deepEqual(complaints, []);
  });

  test('a command goes to the marked lanes, and each says what it answered', async () => {
    assert.equal(await page.isDisabled('[data-command=load]'), true);
    await page.check('[data-lane=lane2] .mark input');
    await page.click('[data-command=load]');
    await shows('.answers .error', /Lane 2/);
  });

  test('cold takes a second of holding, and a short press does nothing', async () => {
    await page.click('[data-range=cold]');
    await page.waitForSelector('[data-range=cold].short');
    await shows('.word', /hot/);
    await hold('[data-range=cold]');
    await shows('.word', /cold/);
    await shows('[data-lane=lane2] .now', /Range is cold/);
    await hold('[data-range=hot]');
    await shows('.word', /hot/);
    assert.deepEqual((await ask('GET', 'api/lanes/lane2')).range, 'hot');
  });

  test('a lane whose target a hand is before lights up, and troubles come first', async () => {
    const state = await ask('GET', 'api/lanes/lane2');
    Object.assign(state.detector, { state: 'disturbed' });
    state.problems = [{ type: 'camera-lost', title: 'No picture', detail: '<b>x' }, { type: 'by-hand', title: 'no', detail: '' }];
    const failed = { lane: 'lane9', title: 'Lane 9', schema: 1, state: 'failed', process: { pid: 0 },
      problems: [{ type: 'store-failing', title: 'The disk', detail: '' }] };
    await open('lanes');
    await page.route('**/api/events', (route) => route.fulfill({ contentType: 'text/event-stream',
      body: `retry: 60000\n\nevent: unheard-of\ndata: {}\n\nevent: snapshot\ndata: ${JSON.stringify(state)}\n\n`
        + `event: snapshot\ndata: ${JSON.stringify(failed)}\n\n` }));
    await page.reload();
    await shows('.which', /It is Lane 2/);
    await page.waitForSelector('[data-lane=lane2].lit');
    await shows('.troubles', /Lane 2: No picture .*Check its cable.*<b>x/);
    await shows('[data-lane=lane9] .now', /Does not work/);
    assert.equal(await page.locator('.troubles p').count(), 2);
  });

  test('a device is invited by link and code, and removed', async () => {
    await open('devices');
    await page.waitForSelector('admin-devices form');
    await page.fill('[name=name]', NAME.slice(0, 60));
    await page.fill('[name=address]', '');
    await page.click('[type=submit]');
    await shows('[data-field=address] .error', /needed/);
    await page.fill('[name=address]', 'here');
    await page.click('[type=submit]');
    await shows('[data-field=address] .error', /http/);
    await page.fill('[name=address]', 'http://192.168.1.10');
    await page.click('[type=submit]');
    await shows('.link', /^http:\/\/192\.168\.1\.10\/join\.html#/);
    await shows('.left', /^(59:|1:00:00)/);
    await page.waitForSelector('.scan svg');
    const row = '[data-device]:has(p:text("Lane 1"))';
    const its = async () => (await ask('GET', 'api/devices')).devices.filter((/** @type {any} */ d) => d.lane === 'lane1');
    await page.waitForSelector(row);
    assert.match(await page.textContent(`${row} b`) ?? '', /^<img src=x/);
    assert.deepEqual((await its()).map((/** @type {any} */ d) => d.role), ['shooter']);
    await page.hover(`${row} button`);
    await page.mouse.down();
    await page.waitForSelector(row, { state: 'detached' });
    await page.mouse.up();
    assert.deepEqual(await its(), []);
    assert.equal(await page.isVisible('.invite'), false);
  });

  test('a person is added, renamed, found and erased; what is wrong stands beside its field', async () => {
    await open('people');
    await page.waitForSelector('admin-people .count');
    await page.fill('.first [name=name]', NAME);
    await page.fill('.first [name=id]', 'Eve & Co');
    await page.click('.first [type=submit]');
    await shows('.first [data-field=id] .error', /./);
    assert.equal(await page.getAttribute('.first [name=id]', 'aria-invalid'), 'true');
    await page.fill('.first [name=id]', 'eve');
    await page.click('.first [type=submit]');
    await shows('[data-id=eve] b', /<img src=x/);
    assert.equal(await page.locator('.things img').count(), 0);
    await page.click('[data-id=eve] [data-act=change]');
    await page.fill('[data-id=eve] [name=name]', 'Eve');
    await page.click('[data-id=eve] [type=submit]');
    await shows('[data-id=eve] b', /^Eve$/);
    await page.fill('[type=search]', 'nobody at all');
    await shows('.count', /Nothing of this name/);
    await page.fill('[type=search]', 'EV');
    await hold('[data-id=eve] [data-act=erase]');
    await page.fill('[type=search]', '');
    await shows('[data-id=eve] b', /Erased/);
    assert.equal((await ask('GET', 'api/shooters')).shooters.find((/** @type {any} */ s) => s.id === 'eve').name, null);
  });

  test('a gun has an owner that exists, and is retired', async () => {
    await ask('POST', 'api/shooters', { id: 'ada', name: 'Ada' });
    await open('guns');
    await page.waitForSelector('admin-guns .count');
    await page.fill('.first [name=name]', 'LP500');
    await page.fill('.first [name=shooter]', 'nobody');
    await page.fill('.first [name=caliber_mm]', 'thick');
    await page.click('.first [type=submit]');
    await shows('.first .error:not([hidden])', /./);
    await page.fill('.first [name=shooter]', 'ada');
    await page.fill('.first [name=caliber_mm]', '4,5');
    await page.click('.first [type=submit]');
    await shows('.things li .small', /ada · 4.5 mm/);
    await page.click('.things [data-act=retire]');
    await shows('.things li .small', /no longer in use/);
  });

  test('who only looks on is told how to get in, in a sentence', async () => {
    await open('lanes');
    await page.route('**/access', (route) => route.fulfill({ json: { role: 'viewer', session: null } }));
    await page.reload();
    await shows('main h2', /for who looks after the range/);
    assert.equal(await page.locator('nav a').count(), 0);
  });

  test('HTML, a 503 or nothing are one calm sentence, until it answers', async () => {
    await open('lanes');
    for (const answer of [{ status: 503, contentType: 'text/html', body: '<h1>503' },
      { status: 200, contentType: 'text/html', body: '<!doctype html>' }, null]) {
      await page.route('**/api/lanes', (route) => (answer ? route.fulfill(answer) : route.abort()));
      await page.reload();
      await shows('main .calm', /does not answer just now/);
      await page.unrouteAll();
      await page.click('main .calm button');
      await shows('[data-lane=lane2] h2', /Lane 2/);
    }
  });

  test('it fits a phone, a tablet and a desktop, and axe finds nothing in either theme', async () => {
    await open('lanes');
    await shows('[data-lane=lane2] h2', /Lane 2/);
    for (const [width, height] of [[390, 844], [820, 1180], [1600, 1000]]) {
      await page.setViewportSize({ width, height });
      await page.click('[data-do=theme]');
      for (const part of ['lanes', 'devices', 'people', 'guns', 'system']) {
        await page.evaluate((hash) => { location.hash = hash; }, part);
        await page.waitForSelector(`admin-${part} > *`, { state: 'attached' });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${part} at ${width}`);
        if (process.env.GMS_SCREENSHOTS) {
          await page.screenshot({ path: `${process.env.GMS_SCREENSHOTS}/${part}-${width}.png`, fullPage: true });
        }
        if (width === 1600) {
          continue; /* this theme was seen */
        }
        assert.deepEqual(await violations(page), [], `${part} at ${width}`);
      }
    }
  });

  test('nobody touches the page for two minutes: it shows, and changes nothing', async () => {
    await page.clock.install();
    await open('lanes');
    await shows('[data-lane=lane2] h2', /Lane 2/);
    await page.check('[data-lane=lane2] .mark input');
    await page.clock.fastForward(125000);
    await shows('.locked:not([hidden])', /two minutes/);
    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('[data-command=load]')).click());
    await shows('.answers', /locked/);
    await page.click('.locked button');
    assert.equal(await page.isVisible('.locked'), false);
  });
});
