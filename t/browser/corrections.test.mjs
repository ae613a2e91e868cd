/*
 * Protests and the officer's desk, against the real nginx and worker: GMS_URL.
 * A shooter's page and that of who runs the range, side by side.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { violations } from './axe.mjs';
import { launch } from './chromium.mjs';

const BASE = process.env.GMS_URL?.replace(/\/*$/, '/') ?? '';
const NAME = '<img src=x onerror="document.title=1">';
const LANE = 'api/lanes/lane1';

/** @param {string} method @param {string} path @param {any} [body] */
async function ask(method, path, body) {
  const response = await fetch(BASE + path, { method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
  return response.json().catch(() => null);
}

describe('the officer’s desk', { skip: BASE ? false : 'GMS_URL is not set: no system to look at' }, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let desk;
  /** @type {import('playwright-core').Page} */
  let shooter;
  /** @type {string[]} */
  const complaints = [];
  let session = '';

  before(async () => {
    browser = await launch();
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
    [desk, shooter] = [await context.newPage(), await context.newPage()];
    for (const page of [desk, shooter]) {
      page.setDefaultTimeout(30000);
      page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
    }
    await ask('DELETE', `${LANE}/session`);
    for (const { state } of (await ask('GET', 'api/lanes')).lanes) { /* whoever ran before */
      for (const { id } of state.complaints.filter((/** @type {any} */ c) => c.state === 'open')) {
        await ask('PATCH', `api/lanes/${state.lane}/complaints/${id}`, { state: 'denied', text: 'long ago' });
      }
    }
    session = (await ask('POST', `${LANE}/session`, { nickname: NAME.slice(0, 60) })).session;
  });

  after(async () => {
    await ask('DELETE', `${LANE}/session`);
    await ask('DELETE', 'api/lanes/lane2/session');
    await browser?.close();
  });

  /** @param {import('playwright-core').Page} page @param {string} selector @param {RegExp} expected */
  const shows = (page, selector, expected) => page.waitForFunction(([s, source]) => new RegExp(source).test(
    [...document.querySelectorAll(s)].map((e) => e.textContent).join(' | ').replace(/\s+/g, ' ')), [selector, expected.source]);

  /** A shot as it stands. @param {number} n */
  const shot = async (n) => (await ask('GET', `${LANE}/shots/${n}`)).now;

  test('a protest is sent from the page of who shoots, and is on the desk at once', async () => {
    await desk.goto(`${BASE}admin.html?lang=en#corrections`);
    await shows(desk, 'admin-corrections .open', /Nothing waits for a decision/);
    await shooter.goto(`${BASE}?lane=lane1&lang=en`);
    await shooter.waitForSelector('lane-shots tbody tr:nth-child(2)');
    await shooter.click('lane-shots tbody tr:last-child td:nth-child(3)');
    await shows(shooter, 'shot-dialog h2', /Shot 1$/);
    await shooter.click('shot-protest summary');
    await shooter.fill('shot-protest [name=words]', 'it is <b>ten</b>');
    await shooter.click('shot-protest [data-protest=send]');
    await shows(shooter, 'shot-protest', /The protest is sent\. “The value: it is <b>ten<\/b>”/);
    await shooter.click('shot-dialog .main');
    await shows(shooter, 'lane-protests', /Shot 1 The range officer has it/);
    await shows(desk, 'admin-corrections .open', /Lane 1 · Protest: shot 1, .*<img src=x.*it is <b>ten/);
    assert.equal(await desk.locator('admin-corrections .open img, admin-corrections .open b b').count(), 0);
    assert.deepEqual(complaints, []);
  });

  test('a press on it shows the shot with the gauge and its uncertainty over the photograph', async () => {
    await desk.click('admin-corrections .open button');
    await shows(desk, '.look .title', /^Shot 1: \d/);
    await desk.waitForSelector('corrections-picture svg:not([hidden]) .gauge', { state: 'attached' });
    const middle = () => desk.evaluate(() => {
      const box = (/** @type {string} */ s) => /** @type {Element} */ (document.querySelector(s)).getBoundingClientRect();
      const [svg, gauge, error] = [box('corrections-picture svg'), box('.laid .gauge'), box('.laid .error')];
      const at = (/** @type {DOMRect} */ b) => [b.x + b.width / 2 - svg.x - svg.width / 2, b.y + b.height / 2 - svg.y - svg.height / 2];
      return { gauge: at(gauge), error: at(error), wide: gauge.width / svg.width, small: error.width / gauge.width };
    });
    const { gauge, error, wide, small } = await middle();
    assert.ok(Math.max(...gauge.map(Math.abs), ...error.map(Math.abs)) < 4, JSON.stringify([gauge, error]));
    assert.ok(wide > 0.18 && wide < 0.22, `${wide}`);
    assert.ok(small > 0.01 && small < 0.5, `${small}`);
    await desk.click('corrections-picture [data-zoom="-1"]');
    assert.ok((await middle()).wide > 0.3, 'closer');
    await shows(desk, 'corrections-picture .margin', /The gauge (reaches over|misses) the line of the \d+ by [\d.]+ mm, known to ±[\d.]+ mm/);
    await shows(desk, 'corrections-acts .about', /it is <b>ten/);
  });

  test('a ring gauged by hand is one press, and stands in the audit trail', async () => {
    await desk.fill('corrections-acts [name=who]', 'Olga');
    const before = await shot(1);
    await desk.click('[data-gauge="6"]');
    await shows(desk, 'corrections-acts .said', /Done/);
    assert.equal((await shot(1)).ring, 6);
    await shows(desk, 'corrections-trail tbody tr:first-child', /1gauged\s?.*6\.9 .*gauged by hand: 6\s?Olga/);
    await shows(desk, 'corrections-trail tbody tr:first-child td:nth-child(4)', new RegExp(`^${(before.score_tenths / 10).toFixed(1)}`));
    await shows(desk, '.shots [data-shot="1"]', /6\.9.*protested, corrected/);
  });

  test('and is undone', async () => {
    const came = (await ask('GET', `${LANE}/shots/1`)).original;
    await desk.click('corrections-trail tbody tr:first-child [data-undo]');
    await shows(desk, 'corrections-trail tbody tr:first-child', /brought back.*Undo\s?Olga/);
    assert.equal((await shot(1)).score_tenths, came.score_tenths);
  });

  test('the decision is told with its text, and who shoots sees it', async () => {
    await desk.click('[data-decide=upheld]');
    assert.match(await desk.inputValue('[name=answer]'), /gauged by hand: 6/, 'what was gauged is proposed');
    await shows(shooter, 'lane-protests', /Shot 1 Upheld by Olga: gauged by hand: 6/);
    await shows(desk, 'admin-corrections .open', /Nothing waits/);
    await shows(desk, 'corrections-trail tbody tr:first-child', /upheld.*gauged by hand: 6\s?Olga/);
    assert.equal(await desk.isVisible('corrections-acts .decide'), false);
    await shooter.click('lane-protests [data-shot]');
    await shows(shooter, 'shot-protest', /The protest was upheld by Olga: gauged by hand: 6/);
    await shooter.click('shot-dialog .main');
    await shooter.click('lane-protests [data-seen]');
    await shooter.waitForSelector('lane-protests', { state: 'hidden' });
  });

  test('a shot goes and comes back, with a reason or not at all', async () => {
    await desk.click('[data-shot="2"]');
    await shows(desk, '.look .title', /^Shot 2:/);
    await desk.click('[data-act=remove]');
    await shows(desk, 'corrections-acts .error:not([hidden])', /Say why/);
    await desk.fill('[name=why]', 'a fly');
    await desk.click('[data-act=remove]');
    await shows(desk, '[data-shot="2"]', /taken out/);
    await desk.click('[data-act=restore]');
    await shows(desk, 'corrections-trail tbody tr:first-child', /brought back/);
    await desk.fill('[name=value]', '99');
    await desk.click('[data-act=score]');
    await shows(desk, 'corrections-acts .error:not([hidden])', /./);
    await desk.fill('[name=value]', '7,3');
    await desk.press('[name=value]', 'Enter');
    await shows(desk, '[data-shot="2"]', /7\.3/);
    assert.equal((await shot(2)).score_tenths, 73);
  });

  test('a tap says where it is; the arrow keys move it; so is one added that no camera saw', async () => {
    await desk.waitForSelector('corrections-picture svg:not([hidden]) .gauge', { state: 'attached' });
    const box = await desk.locator('corrections-picture svg').boundingBox();
    assert.ok(box);
    await desk.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await desk.waitForSelector('.placing:not([hidden])');
    const was = await shot(2);
    for (let i = 0; i < 3; i++) {
      await desk.keyboard.press('ArrowRight');
    }
    await desk.fill('[name=why]', 'measured');
    await desk.click('[data-place=move]');
    await desk.waitForSelector('.placing', { state: 'hidden' });
    const now = await shot(2);
    assert.ok(Math.abs(now.x_mm - was.x_mm - 0.3) < 0.05 && Math.abs(now.y_mm - was.y_mm) < 0.05, JSON.stringify([was, now]));
    const { shots } = await ask('GET', LANE);
    await desk.waitForSelector('corrections-picture svg:not([hidden]) .gauge', { state: 'attached' });
    await desk.mouse.click(box.x + box.width / 4, box.y + box.height / 4);
    await desk.fill('[name=why]', 'seen on the paper');
    await desk.click('[data-place=add]');
    await shows(desk, 'corrections-trail tbody', /added.*seen on the paper\s?Olga/);
    const rows = (await ask('GET', LANE)).shots.rows;
    assert.ok(rows.length > shots.rows.length);
  });

  test('what the camera took for no shot is one press', async () => {
    await desk.route('**/candidates', (route) => route.fulfill({ json: { rejected: 1, candidates: [{ id: 1, t_us: Date.now() * 1000 - 2e6,
      reason: NAME, x_mm: 20, y_mm: 1, confidence: 0.3, score_tenths: 85, picture: null }] } }));
    await desk.click('[data-shot="1"]');
    await shows(desk, '.candidates li', /<img src=x.*it would have been 8\.5; a shot to 30 %/);
    assert.equal(await desk.locator('.candidates img').count(), 0);
    await desk.fill('[name=why]', '');
    await desk.click('.candidates button');
    await shows(desk, 'corrections-trail tbody tr:first-child', /added.*seen by the camera: <img/);
    await desk.unroute('**/candidates');
  });

  test('a shot is handed to another lane, and a missing one is answered', async () => {
    await ask('DELETE', 'api/lanes/lane2/session');
    const bob = (await ask('POST', 'api/lanes/lane2/session', { nickname: 'bob' })).session;
    await desk.waitForSelector(`[name=to] option[value="${bob}"]`, { state: 'attached' });
    await desk.selectOption('[name=to]', bob);
    await desk.fill('[name=why]', 'a cross-shot');
    await desk.click('[data-act=session]');
    await shows(desk, '[data-shot="1"]', /taken out/);
    const taken = async () => (await ask('GET', 'api/lanes/lane2')).shots.corrections.filter((/** @type {any} */ c) => c.other === session);
    for (let i = 0; i < 100 && (await taken()).length === 0; i++) {
      await shows(desk, 'corrections-trail tbody', /handed over.*a cross-shot/);
    }
    assert.deepEqual((await taken()).map((/** @type {any} */ c) => c.reason), ['a cross-shot']);
    const { complaint } = await ask('POST', 'api/lanes/lane2/complaints', {});
    await shows(desk, 'admin-corrections .open', /Lane 2 · A shot is missing/);
    await desk.click('admin-corrections .open button');
    await shows(desk, '.look .title', /A shot is missing/);
    assert.equal(await desk.getAttribute('.candidates a[download]', 'href'), `/api/lanes/lane2/complaints/${complaint}.avi`);
    await desk.fill('[name=answer]', 'nothing on the paper');
    await desk.click('[data-decide=denied]');
    await shows(desk, 'admin-corrections .open', /Nothing waits/);
    assert.equal((await ask('GET', 'api/lanes/lane2')).complaints.find((/** @type {any} */ c) => c.id === complaint).state, 'denied');
    assert.deepEqual(complaints.filter((c) => !/422|404/.test(c)), []);
  });

  test('a protest outlives its session, and can still be decided', async () => {
    const { complaint } = await ask('POST', `${LANE}/complaints`, { shot: 3, session, reason: 'too late' });
    await ask('DELETE', `${LANE}/session`);
    session = (await ask('POST', `${LANE}/session`, { nickname: 'next' })).session;
    await desk.click(`admin-corrections .open [data-complaint="lane1 ${complaint}"]`);
    await desk.waitForSelector('corrections-acts .past:not([hidden])');
    await shows(desk, '.look .title', /^Shot 3: \d/);
    assert.equal(await desk.isVisible('[data-gauge="8"]'), false);
    await desk.fill('[name=answer]', 'it stays');
    await desk.click('[data-decide=denied]');
    await shows(desk, 'corrections-trail tbody tr:first-child', /denied.*it stays/);
    await ask('POST', `${LANE}/shots`, { ring: 8, reason: 'one' });
    await ask('POST', `${LANE}/shots`, { ring: 9, reason: 'two' });
  });

  test('it fits a phone, a tablet and a desktop in both languages, and axe finds nothing in either theme', async () => {
    await ask('POST', `${LANE}/complaints`, { shot: 2, session, reason: 'x'.repeat(120) });
    for (const [width, height, lang, theme] of /** @type {[number, number, string, string][]} */ ([
      [390, 844, 'de', 'dark'], [820, 1180, 'en', 'sun'], [1600, 1000, 'de', 'sun']])) {
      await desk.setViewportSize({ width, height });
      await desk.goto('about:blank');
      await desk.goto(`${BASE}admin.html?lang=${lang}#corrections`);
      await desk.waitForSelector('corrections-trail tbody tr');
      await desk.waitForSelector('.decide:not([hidden])');
      assert.deepEqual(await violations(desk, theme), [], `${width} ${lang} ${theme}`);
      assert.ok(await desk.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} ${lang}`);
      if (lang === 'de') {
        await shows(desk, '.trail h2', /Änderungsprotokoll/);
      }
      if (process.env.GMS_SCREENSHOTS) {
        await desk.screenshot({ path: `${process.env.GMS_SCREENSHOTS}/corrections-${width}-${lang}-${theme}.png`, fullPage: true });
      }
    }
  });
});
