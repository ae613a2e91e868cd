/*
 * A thousand sessions on the page of the history: how soon they can be looked
 * through, and whether they scroll without a stutter.  The server is played.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from '../browser/chromium.mjs';
import { FACES, startFixture } from '../browser/fixture.mjs';

const SESSIONS = 1000;

/** What a computer of two cores takes that is busy with much else is 33 to 100. */
const FRAME_MS = 150;

const FACE = FACES['issf-10m-air-pistol'];

/** @param {number} i 0: the newest */
const session = (i) => ({ id: `lane1-5f3a9c0112345678-${SESSIONS - i}`, lane: 'lane1', shooter: `s${i % 40}`, name: `Shooter ${i % 40}`,
  target: FACE.name, caliber_mm: 4.5, distance_m: 10, equipment: null, state: 'ended', walk_up: false, started_us: 1795000000000000 - i * 4e9,
  ended_us: 1795000000000000 - i * 4e9 + 2e9, shots: 60, rounds: 6, counted: 60, total_tenths: 5400 + (i * 37) % 600, total_rings: 540 + (i % 60),
  inner: i % 20, mpi_x_mm: (i % 7) - 3, mpi_y_mm: (i % 5) - 2, sigma_mm: 8 + (i % 4), extreme_spread_mm: 40 + (i % 9), mean_radius_mm: 10, source: null });

/** @param {URL} url */
function answer({ pathname, searchParams }) {
  if (pathname === '/api/sessions') {
    const from = Number(searchParams.get('cursor') ?? 0);
    const to = Math.min(SESSIONS, from + Number(searchParams.get('limit') ?? 50));
    return { sessions: Array.from({ length: to - from }, (_, i) => session(from + i)), next: to < SESSIONS ? String(to) : null };
  }
  if (pathname.startsWith('/api/sessions/')) {
    return { face: FACE, shots: [], caliber_mm: 4.5 };
  }
  return { shooters: [], groups: searchParams.get('by') === 'target' ? [{ key: FACE.name, sessions: SESSIONS, counted: 60 * SESSIONS,
    total_tenths: 5700 * SESSIONS, inner: 9 * SESSIONS, sigma_mm: 8 }] : [], bests: [], points: [], of: 0, bins: [], shots: 0, outside: 0, bin_mm: 5, next: null };
}

describe('a thousand sessions', () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof startFixture>>} */
  let fx;

  before(async () => {
    browser = await launch();
    fx = await startFixture();
  });

  after(async () => {
    await browser?.close();
    await fx?.close();
  });

  test('scroll smoothly', async (t) => {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
    await page.route('**/api/**', (route) => route.fulfill({ json: answer(new URL(route.request().url())) }));
    await page.goto(`${fx.url}history.html`);
    await page.waitForSelector('history-sessions tbody tr');
    await page.waitForLoadState('networkidle');
    /** Scrolls to the oldest, a step a frame. @returns {Promise<number[]>} how long each took, the shortest first */
    const scrolled = () => page.evaluate(async () => {
      const box = /** @type {Element} */ (document.querySelector('history-sessions .scrolls'));
      /** @type {number[]} */
      const took = [];
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      let last = Number(await frame());
      for (let still = 0; still < 300 && (still === 0 || !document.querySelector('[data-session$="-1"]'));) {
        const top = box.scrollTop;
        box.scrollBy(0, 120);
        const now = Number(await frame());
        took.push(now - last);
        last = now;
        still = box.scrollTop > top ? 0 : still + 1;
      }
      return took.sort((x, y) => x - y);
    });
    const told = (/** @type {number[]} */ took) => [0.5, 0.95, 0.99, 1].map((q) => took[Math.floor(q * (took.length - 1))].toFixed(0)).join(' / ');
    t.diagnostic(`while they are fetched, 120 px a frame: p50 / p95 / p99 / longest ${told(await scrolled())} ms`);
    assert.ok(await page.isVisible('[data-session$="-1"]'), 'the oldest is there');
    const drawn = await page.locator('history-sessions tr[data-session]').count();
    assert.ok(drawn < 300, `${drawn} rows are drawn`);
    await page.evaluate(() => { /** @type {Element} */ (document.querySelector('history-sessions .scrolls')).scrollTop = 0; });
    await page.waitForSelector(`[data-session$="-${SESSIONS}"]`);
    const again = await scrolled();
    t.diagnostic(`all ${SESSIONS} there: ${told(again)} ms, ${drawn} rows drawn`);
    const p95 = again[Math.floor(0.95 * (again.length - 1))];
    assert.ok(p95 < FRAME_MS, `${p95} ms`);
  });
});
