/*
 * The shooter's page against the real thing: GMS_URL is the address of a
 * running nginx with simulated lanes, GMS_LANE one of them (lane1), GMS_SHOTS
 * how many of its shots to watch (8).  Where a shot really went comes from the
 * lane's own `truth` events.
 */

import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { launch } from './chromium.mjs';
import { score } from './fixture.mjs';

const BASE = process.env.GMS_URL?.replace(/\/*$/, '/') ?? '';
const LANE = process.env.GMS_LANE ?? 'lane1';
const SHOTS = Number(process.env.GMS_SHOTS ?? 8);

/** Longest wait for all shots: calibration, learning, then some seconds each. */
const PATIENCE_MS = 60000 + SHOTS * 8000;

/** A mark this long after its shot is missing. */
const LATE_MS = 4000;

/** Error allowed, in calibers and in tenths of a ring. */
const PLACE = 0.75;
const TENTHS = 2;

/** @typedef {{ name: string, data: any, at: number }} Heard */

/** The lane's events as the network brings them, told apart from the page's. */
class Listener {
  /** @param {string} url */
  constructor(url) {
    /** @type {Heard[]} */
    this.heard = [];
    let text = '';
    this.request = get(url, (response) => {
      assert.equal(response.statusCode, 200);
      assert.match(response.headers['content-type'] ?? '', /^text\/event-stream/);
      response.setEncoding('utf8');
      response.on('data', (/** @type {string} */ piece) => {
        const events = (text + piece).split('\n\n');
        text = events.pop() ?? '';
        events.forEach((event) => this.take(event));
      });
      response.on('error', () => {}); // closed by us
    });
    this.request.on('error', (error) => { this.error = error; });
  }

  /** @param {string} event */
  take(event) {
    const name = /^event: ?(.*)$/m.exec(event)?.[1];
    const data = /^data: ?(.*)$/m.exec(event)?.[1];
    if (name && data) {
      this.heard.push({ name, data: JSON.parse(data), at: Date.now() });
    }
  }

  /** @param {string} name */
  all(name) {
    return this.heard.filter((e) => e.name === name);
  }

  close() {
    this.request.destroy();
  }
}

/** @param {string} path @param {string} [method] */
async function ask(path, method = 'GET') {
  const response = await fetch(BASE + path, { method });
  return { status: response.status, body: await response.json().catch(() => null) };
}

/** @param {number[]} values @param {number} q */
const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))];

describe('a simulated lane', { skip: BASE ? false : 'GMS_URL is not set: no system to look at' }, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {Listener} */
  let listener;
  /** @type {string[]} */
  const complaints = [];

  before(async () => {
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(30000);
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    listener = new Listener(`${BASE}api/lanes/${LANE}/events`);
  });

  after(async () => {
    listener?.close();
    if (process.env.GMS_SCREENSHOT) {
      await page?.screenshot({ path: process.env.GMS_SCREENSHOT });
    }
    await browser?.close();
  });

  const text = (/** @type {string} */ selector) =>
    page.$eval(selector, (e) => (e.textContent ?? '').replace(/\s+/g, ' ').trim());

  test('opens in the browser and starts a session', async () => {
    const { body } = await ask(`api/lanes/${LANE}`);
    if (body?.session?.state === 'open') {
      await ask(`api/lanes/${LANE}/session`, 'DELETE');
    }
    await page.goto(`${BASE}?lane=${LANE}`);
    await page.waitForFunction(() => document.querySelector('lane-plot .black'));
    await page.click('[data-do=start]');
    await page.click('dialog [type=submit]');
    await page.waitForFunction(() => !document.querySelector('session-dialog dialog[open]'));
    await page.waitForSelector('[data-do=end]');
  });

  test('shows each true shot at its place with its score', async (t) => {
    const started = () => listener.all('session').find((e) => e.data.state === 'started');
    const until = Date.now() + PATIENCE_MS;
    const due = () => listener.all('truth').filter((e) => started()
      && e.at > Number(started()?.at) && Date.now() - e.at > LATE_MS);
    while (due().length < SHOTS && Date.now() < until) {
      assert.equal(listener.error, undefined);
      await page.waitForTimeout(200);
    }
    const { face, caliber_mm } = started()?.data ?? {};
    const doc = (await ask(`api/lanes/${LANE}`)).body;
    const truths = due();
    assert.ok(truths.length >= SHOTS, `${truths.length} shots were fired`);
    const marks = await page.$$eval('lane-plot .shots > *', (all) => all.map((g) => ({
      n: Number(g.getAttribute('data-n')),
      x: Number(g.querySelector('circle')?.getAttribute('cx')),
      y: -Number(g.querySelector('circle')?.getAttribute('cy')),
    })));
    if (face.count === 'integer') {
      await page.keyboard.press('d'); /* shown in whole rings unless wanted otherwise */
      await page.waitForFunction(() => document.querySelector('lane-shots .score')?.textContent?.includes('.'));
    }
    const scores = new Map(await page.$$eval('lane-shots tbody tr', (rows) => rows.map((row) =>
      [Number(row.getAttribute('data-n')), Math.round(10 * parseFloat(row.querySelector('.score')?.textContent ?? ''))])));
    const taken = new Set();
    const errors = truths.map(({ data }) => {
      const near = marks.filter((m) => !taken.has(m.n))
        .map((m) => ({ ...m, d: Math.hypot(m.x - data.x_mm, m.y - data.y_mm) }))
        .sort((a, b) => a.d - b.d)[0];
      assert.ok(near && near.d <= PLACE * caliber_mm,
        `shot at ${data.x_mm}, ${data.y_mm} has no mark; the nearest is ${near?.d.toFixed(2)} mm away`);
      taken.add(near.n);
      return { n: near.n, d: near.d, off: (scores.get(near.n) ?? NaN) - score(face, doc.gauge_mm, data.x_mm, data.y_mm).score_tenths };
    });
    const distances = errors.map((e) => e.d);
    const shots = new Map(listener.all('shot').map((e) => [e.data.n, e]));
    const delays = errors.map((e, i) => Number(shots.get(e.n)?.at) - truths[i].at).filter(Number.isFinite);
    t.diagnostic(`${truths.length} shots: error p50 ${quantile(distances, 0.5).toFixed(3)}, max ${quantile(distances, 1).toFixed(3)} mm; `
      + `scores off by ${errors.map((e) => e.off).join(' ')} tenths; truth to shot event p50 ${quantile(delays, 0.5)}, max ${quantile(delays, 1)} ms`);
    if (face.decimal === 'linear') {
      for (const e of errors) {
        assert.ok(Math.abs(e.off) <= TENTHS, `shot ${e.n} is off by ${e.off} tenths`);
      }
    }
    assert.ok(marks.length <= listener.all('truth').length, 'nothing is shown that was not fired');
  });

  test('shows a provisional mark before the shot', (t) => {
    const holes = listener.all('hole');
    const shots = listener.all('shot').filter((e) => !e.data.recovered);
    const before_ = shots.filter((s) => holes.some((h) => h.data.hole === s.data.hole && h.at <= s.at));
    t.diagnostic(`${before_.length} of ${shots.length} shots had one`);
    assert.ok(before_.length >= shots.length * 0.8);
  });

  test('shows the picture of the camera with the fitted rings', async () => {
    await page.keyboard.press('v');
    await page.waitForFunction(() => {
      const c = /** @type {HTMLCanvasElement | null} */ (document.querySelector('lane-picture canvas'));
      return c && c.width > 10 && c.getContext('2d')?.getImageData(c.width / 2, c.height / 2, 1, 1).data[3] === 255;
    });
    assert.ok(await page.$$eval('.fitted .fit', (all) => all.length) > 5);
    await page.keyboard.press('v');
  });

  test('asks where a shot went before it shows it, and the lane keeps that', async () => {
    const choose = async (/** @type {string} */ when) => {
      await page.keyboard.press('m');
      await page.selectOption('view-dialog [name=when]', when);
      await page.keyboard.press('Escape');
    };
    await choose('call');
    await page.waitForSelector('lane-call.asks');
    assert.ok(await page.isHidden('.last .value'));
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /^(Calls 1 |.*where you called)/.test(document.querySelector('lane-view .calls')?.textContent?.trim() ?? ''));
    const [call] = (await ask(`api/lanes/${LANE}`)).body.session.calls;
    const row = (await ask(`api/lanes/${LANE}/shots/${call.n}`)).body;
    assert.ok(call.x_mm === 0 && call.y_mm > 0, JSON.stringify(call));
    assert.ok(Math.abs(call.x_off_mm - row.now.x_mm) < 1e-3 && Math.abs(call.y_off_mm - row.now.y_mm + call.y_mm) < 1e-3);
    assert.equal(listener.all('call').at(-1)?.data.n, call.n);
    await choose('0');
    await page.waitForSelector('.last .value', { state: 'visible' });
  });

  test('has the right total and ends', async () => {
    await page.click('[data-do=pause]');
    await page.waitForSelector('[data-do=resume]');
    await page.waitForTimeout(1000);
    const { body } = await ask(`api/lanes/${LANE}`);
    const total = (body.session.total_tenths / 10).toFixed(1);
    assert.equal(await text('[data-sum=total]'), total);
    assert.equal(await text('[data-sum=counted]'), String(body.session.counted));
    assert.equal(await text('[data-sum=inner]'), `${body.session.inner}×`);
    const at = (/** @type {string} */ name) => body.shots.columns.indexOf(name);
    const sum = body.shots.rows.filter((/** @type {number[]} */ r) => !r[at('removed')] && !r[at('sighter')])
      .reduce((/** @type {number} */ s, /** @type {number[]} */ r) => s + r[at('score_tenths')], 0);
    assert.equal(sum, body.session.total_tenths);
    await page.click('[data-do=end]');
    await page.click('dialog .end', { delay: 1200 });
    await page.click('undo-line [data-undo]');
    await page.waitForSelector('[data-do=resume]'); /* paused, as it was */
    await page.waitForSelector('undo-line', { state: 'detached' });
    assert.equal(await text('[data-sum=counted]'), String(body.session.counted));
    await page.click('[data-do=end]');
    await page.click('dialog .end', { delay: 1200 });
    await page.waitForFunction(() => document.querySelector('dialog h2')?.textContent === 'Session ended');
    assert.equal(await text('.result b'), total);
    await page.click('dialog .no');
    await page.waitForFunction(() => document.querySelector('.state b')?.textContent === 'Session ended');
    assert.equal(listener.all('session').at(-1)?.data.state, 'ended');
  });

  test('caused no error in the browser', () => {
    assert.deepEqual(complaints, []);
  });
});
