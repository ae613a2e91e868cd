/*
 * Ten shots a second for ten minutes on the page of who shoots, session after
 * session: what it holds when a session is over does not grow.  GMS_SOAK_S
 * says for how long.
 */

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { places } from '../browser/fixture.mjs';
import { close, complaints, context, fx, open, page } from '../browser/opened.mjs';

const SECONDS = Number(process.env.GMS_SOAK_S ?? 600);
const RATE = 10;
const SHOTS = 120;

/** The first sessions fetch what is fetched late, and fill what is bounded. */
const WARM = 5;

/** More than this is a leak: a shot that is kept weighs some hundred bytes. */
const GROWTH_BYTES = 300000;

after(close);

/** @param {number[]} list */
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

describe('the page of who shoots', () => {
  test(`${RATE} shots a second for ${SECONDS} s leave nothing behind`, { timeout: (SECONDS + 120) * 1000 }, async (t) => {
    await open();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable');
    await page.evaluate(() => {
      /** @type {any} */ (globalThis).slow = [];
      new PerformanceObserver((list) => /** @type {any} */ (globalThis).slow.push(...list.getEntries().map((e) => e.duration)))
        .observe({ type: 'long-animation-frame' });
    });
    const where = places(7, 9);
    /** @type {{ heap: number, nodes: number, listeners: number }[]} */
    const held = [];
    const until = Date.now() + SECONDS * 1000;
    let shots = 0;
    while (Date.now() < until) {
      fx.lane.start();
      for (let next = Date.now(), i = 0; i < SHOTS; i++) {
        const [x, y] = /** @type {number[]} */ (where.next().value);
        const hole = fx.lane.hole(x, y);
        fx.lane.shot(x + 0.05, y - 0.03, { hole });
        next += 1000 / RATE;
        await new Promise((done) => setTimeout(done, Math.max(0, next - Date.now())));
      }
      shots += SHOTS;
      await page.waitForFunction((n) => document.querySelector('[data-sum=counted]')?.textContent === String(n), SHOTS);
      fx.lane.end();
      fx.lane.past.length = 0;
      await page.waitForFunction(() => /ended/i.test(document.querySelector('.state b')?.textContent ?? ''));
      await cdp.send('HeapProfiler.collectGarbage');
      const { usedSize } = await cdp.send('Runtime.getHeapUsage');
      const { metrics } = await cdp.send('Performance.getMetrics');
      const of = (/** @type {string} */ name) => metrics.find((m) => m.name === name)?.value ?? 0;
      held.push({ heap: usedSize, nodes: of('Nodes'), listeners: of('JSEventListeners') });
    }
    const slow = await page.evaluate(() => /** @type {any} */ (globalThis).slow);
    const warm = held.slice(Math.min(WARM, held.length - 2));
    const fifth = Math.max(1, Math.floor(warm.length / 5));
    const [first, last] = [warm.slice(0, fifth), warm.slice(-fifth)];
    const of = (/** @type {typeof held} */ list, /** @type {'heap' | 'nodes' | 'listeners'} */ what) => median(list.map((h) => h[what]));
    t.diagnostic(`${shots} shots in ${held.length} sessions; heap ${of(first, 'heap')} to ${of(last, 'heap')} bytes, DOM nodes ${
      of(first, 'nodes')} to ${of(last, 'nodes')}, listeners ${of(first, 'listeners')} to ${of(last, 'listeners')}`);
    t.diagnostic(`${slow.length} frames took more than 50 ms, the longest ${Math.max(0, ...slow).toFixed(0)} ms`);
    assert.ok(of(last, 'heap') - of(first, 'heap') < GROWTH_BYTES, 'the heap grows');
    assert.ok(of(last, 'nodes') <= of(first, 'nodes') * 1.05 + 20, 'nodes are left behind');
    assert.ok(of(last, 'listeners') <= of(first, 'listeners') + 5, 'listeners are left behind');
    assert.deepEqual(complaints, []);
  });
});
