/*
 * The coach's page against the real nginx and worker, with the page of who
 * shoots beside it: GMS_URL.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { violations } from './axe.mjs';
import { launch } from './chromium.mjs';

const BASE = process.env.GMS_URL?.replace(/\/*$/, '/') ?? '';
const NAME = '<img src=x onerror="document.title=1">';

/** Limits of time hold where nothing else runs: `make bench-pages` asks for them. */
const TIMED = process.env.GMS_BENCH === '1';

/** @param {string} method @param {string} path @param {any} [body] */
async function ask(method, path, body) {
  const response = await fetch(BASE + path, { method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
  return response.json().catch(() => null);
}

describe('the coach’s page', { skip: BASE ? false : 'GMS_URL is not set: no system to look at' }, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {import('playwright-core').Page} */
  let shooter;
  /** @type {string[]} */
  const complaints = [];

  before(async () => {
    browser = await launch();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
    shooter = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    for (const each of [page, shooter]) {
      each.setDefaultTimeout(30000);
      each.on('pageerror', (error) => complaints.push(String(error)));
    }
    await ask('DELETE', 'api/lanes/lane1/session');
    await ask('POST', 'api/lanes/lane1/session', { nickname: NAME });
    await shooter.goto(`${BASE}?lane=lane1`);
  });

  after(async () => {
    await ask('DELETE', 'api/lanes/lane1/session');
    await browser?.close();
  });

  /** @param {import('playwright-core').Page} on @param {string} selector @param {RegExp} expected */
  const shows = (on, selector, expected) => on.waitForFunction(([s, source]) => new RegExp(source).test(
    document.querySelector(s)?.textContent?.replace(/\s+/g, ' ') ?? ''), [selector, expected.source]);

  /** What a coach said in this session. */
  const tips = async () => (await ask('GET', 'api/lanes/lane1')).session.tips;

  test('shows all lanes, and follows their shots; a stranger’s name is text', async () => {
    await page.goto(`${BASE}coach.html`);
    await shows(page, '[data-lane=lane1].card .who', /<img src=x/);
    await shows(page, '[data-lane=lane2].card .who', /Free/);
    await page.waitForSelector('[data-lane=lane1].card .last', { state: 'attached', timeout: 20000 });
    await shows(page, '[data-lane=lane1].card .line', /[1-9]\d* shots? · last/);
    assert.equal(await page.locator('main img').count(), 0);
    await page.click('article[data-lane=lane1] h3 a');
    await shows(page, 'coach-film .title', /Camera · live/);
  });

  test('has the pictures around a shot by their times, by mouse and by key', async () => {
    await page.waitForSelector('frame-view image[href*="/frames/"]', { state: 'attached' });
    await page.waitForSelector('lane-plot .shot', { state: 'attached', timeout: 20000 });
    await page.click('[data-step="1"]');
    await shows(page, 'coach-film .title', /shot \d+ · [−+]?\d+ ms/);
    await page.waitForSelector('.scrub input:not([disabled])');
    const at = Number(await page.inputValue('.scrub input'));
    await page.focus('.scrub input');
    await page.keyboard.press('ArrowLeft');
    assert.equal(Number(await page.inputValue('.scrub input')), at - 1);
    await shows(page, 'coach-film .title', /−\d+ ms/);
    await page.focus('[data-frame="1"]');
    await page.keyboard.press('Enter');
    assert.equal(Number(await page.inputValue('.scrub input')), at);
    await page.click('[data-play]');
    await page.waitForFunction((was) => Number(/** @type {any} */ (document.querySelector('.scrub input')).value) > was, at);
    assert.ok(await page.locator('.strip .tick').count() > 0);
  });

  test('has group, rhythm and what the shots say', async () => {
    await shows(page, '.figures', /Middle, mm.*Mean radius, mm.*Rhythm, s/);
    await shows(page, '.findings', /\S/);
  });

  test('says something, and hears that it was seen', async () => {
    const n = await page.evaluate(() => document.querySelector('[name=shot] option:nth-child(2)')?.getAttribute('value'));
    await page.selectOption('.say [name=shot]', String(n));
    await page.fill('.say [name=text]', `${NAME}Ground the foot`);
    await page.keyboard.press('Enter');
    await shows(shooter, 'lane-coach .tip', /Ground the foot/);
    await shows(page, '.said li', /Ground the foot.*not seen yet/);
    assert.equal(await page.locator('.said img').count(), 0);
    await shooter.click('lane-coach [data-seen]');
    await shows(page, '.said li', /· seen/);
    assert.deepEqual((await tips()).map((/** @type {any} */ t) => t.shot), [Number(n)]);
  });

  test('keeps a note from the shooter, and takes a tip back', async () => {
    await page.selectOption('.say [name=way]', 'note');
    await page.fill('.say [name=text]', 'He is tired');
    await page.click('.say [type=submit]');
    await shows(page, '.said li', /He is tired.*note/);
    await page.selectOption('.say [name=way]', 'urgent');
    await page.fill('.say [name=text]', 'Stop');
    await page.click('.say [type=submit]');
    await shows(shooter, 'lane-coach .tip.urgent', /Stop/);
    assert.doesNotMatch(await shooter.textContent('lane-coach') ?? '', /tired/);
    await page.click('.said li:first-child [data-back]');
    await shooter.waitForSelector('lane-coach .tip', { state: 'detached' });
    await page.click('.say [type=submit]');
    await shows(page, '[data-field=text] .error', /needed/);
  });

  test('gives a drill that the lane judges', async () => {
    await page.selectOption('[name=drill]', 'ten-and-rest');
    await shows(page, '.how', /7 of 10 shots are 9.5 or more/);
    await page.click('[data-give=now]');
    await shows(shooter, 'lane-coach .tip', /Seven of ten above 9.5/);
    await shows(page, '.running', /shot [1-9]\d* of 10/);
    await shows(shooter, 'lane-coach .now', /shot [1-9]\d* of 10/);
    await page.selectOption('[name=drill]', 'final-shot');
    await page.click('[data-give=now]');
    await shows(page, '.said', /One shot that counts.*(passed|not this time).*Seven of ten above 9.5.*stopped/);
  });

  test('draws, and shows it to the shooter at once, until it is let go', async (t) => {
    await page.click('[data-pen]');
    await page.click('[data-show=plot]');
    await shooter.waitForSelector('lane-plot .strokes path', { state: 'attached' });
    await page.locator('lane-stage').scrollIntoViewIfNeeded();
    const target = await page.locator('lane-plot svg').boundingBox();
    assert.ok(target);
    const at = (/** @type {number} */ x, /** @type {number} */ y) =>
      page.mouse.move(target.x + target.width * x, target.y + target.height * y);
    await at(0.3, 0.3);
    await page.mouse.down();
    await at(0.5, 0.4);
    await at(0.6, 0.3);
    const begun = performance.now();
    await page.mouse.up();
    await shooter.waitForFunction(() => /L.*L/.test(document.querySelector('lane-plot .strokes path')?.getAttribute('d') ?? ''));
    const took = performance.now() - begun;
    t.diagnostic(`the stroke is on the shooter's page after ${took.toFixed(0)} ms`);
    assert.ok(!TIMED || took < 300, `${took} ms`);
    await page.click('[data-step="-1"]');
    await shooter.waitForSelector('lane-plot .strokes circle', { state: 'attached' });
    await page.click('[data-show=picture]');
    await shooter.waitForSelector('lane-show frame-view image[href*="/frames/"]', { state: 'attached' });
    await page.click('[data-show=picture]');
    await shooter.waitForSelector('lane-show', { state: 'hidden' });
    assert.equal((await ask('GET', 'api/lanes/lane1')).show, null);
    await page.click('[data-show=plot]');
    await shooter.waitForSelector('lane-show:not([hidden])');
    await page.click('nav a[data-lane=lane2]');
    await shooter.waitForSelector('lane-show', { state: 'hidden' });
    await shows(page, '.said', /Nothing yet/);
    assert.deepEqual(complaints, []);
  });

  test('explains a refusal beside its field', async () => {
    await page.fill('.say [name=text]', 'Hello');
    await page.click('.say [type=submit]');
    await shows(page, '.say .error', /Not possible now.*open session/);
    await page.evaluate(() => { location.hash = '#lane1'; });
    await page.waitForSelector('coach-lane');
    await shows(page, 'nav [aria-current]', /Lane 1/);
  });

  test('who only looks on is told how to get in', async () => {
    await page.route('**/access', (route) => route.fulfill({ json: { role: 'shooter', session: null } }));
    await page.reload();
    await shows(page, 'main h2', /for coaches/);
    await page.unrouteAll();
  });

  test('fits a phone, a tablet and a desktop, and axe finds nothing in either theme', async () => {
    await page.reload();
    await page.waitForSelector('coach-lane');
    for (const [width, height] of [[390, 844], [820, 1180], [1600, 1000]]) {
      await page.setViewportSize({ width, height });
      await page.click('[data-do=theme]');
      for (const hash of ['', 'lane1']) {
        await page.evaluate((h) => { location.hash = h; }, hash);
        await page.waitForSelector(hash ? 'coach-lane .figures dl' : 'coach-lanes article');
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${hash} at ${width}`);
        assert.deepEqual(await page.$$eval('button, select, input, nav a, h3 a', (all) => all.filter((e) => {
          const { width: wide, height: tall } = e.getBoundingClientRect();
          return wide > 0 && (wide < 47.5 || tall < 47.5);
        }).map((e) => e.outerHTML.slice(0, 80))), [], 'all is large enough for a finger');
        const header = await page.locator('body > header').boundingBox();
        assert.ok(header && header.height < 125, `the header leaves room: ${header?.height} px`);
        if (process.env.GMS_SCREENSHOTS) {
          await page.screenshot({ path: `${process.env.GMS_SCREENSHOTS}/coach-${hash || 'all'}-${width}.png`, fullPage: true });
        }
        assert.deepEqual(await violations(page), [], `${hash} at ${width}`);
      }
    }
  });

  test('nobody touches it for two minutes: it shows, and changes nothing', async () => {
    await page.clock.install();
    await page.reload();
    await page.waitForSelector('coach-lane');
    await page.clock.fastForward(125000);
    await shows(page, '.locked:not([hidden])', /two minutes/);
    const before = (await tips()).length;
    await page.evaluate(() => {
      /** @type {any} */ (document.querySelector('.say [name=text]')).value = 'Hello';
      /** @type {HTMLElement} */ (document.querySelector('.say [type=submit]')).click();
    });
    await shows(page, '.say .error', /locked/);
    assert.equal((await tips()).length, before);
    await page.click('.locked button');
    assert.equal(await page.isVisible('.locked'), false);
  });
});
