/* The big screen: what it computes, and the page in a browser against the fixture. */

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { DelayLine } from '../../html/delay-line.js';
import { HOLD_MS, chooseFeatured } from '../../html/featured.js';
import { RangeStore, STALE_MS } from '../../html/range-store.js';
import { rank, standingOf } from '../../html/ranking.js';
import { optionsFrom } from '../../html/screen-options.js';
import { WORDS } from '../../html/screen-text.js';
import { violations } from './axe.mjs';
import { Lane, places } from './fixture.mjs';
import { blank, close, complaints, fx, has, listen, page, shows } from './opened.mjs';


/** Limits of time hold where nothing else runs, in `make bench`. */
const TIMED = process.env.GMS_BENCH === '1';

const NAMES = ['A. Keller', 'M. Okafor', 'Jana Novak', 'Sofia Lindqvist-Bergström', 'P. Moreau', 'E. Haug'];

/** Shots on a lane that has a session. @param {Lane} lane @param {number} count @param {number} seed */
function fire(lane, count, seed) {
  const where = places(seed, 8);
  for (let i = 0; i < count; i++) {
    const [x, y] = /** @type {number[]} */ (where.next().value);
    lane.shot(x, y);
  }
}

/** @param {string} query @param {{ lanes?: number, shots?: number, tens?: number }} [options] */
async function screen(query, { lanes = 2, shots = 0, tens = 0 } = {}) {
  await blank({ width: 1920, height: 1080, locale: 'en-GB' }, undefined, lanes);
  listen();
  fx.lanes.forEach((lane, i) => {
    lane.start({ nickname: `${NAMES[i % NAMES.length]}${i >= NAMES.length ? ` ${i + 1}` : ''}` });
    fire(lane, shots, i + 1);
    for (let n = 0; n < tens; n++) {
      lane.shot(0, 0); /* 10.9, an inner ten: the widest there is */
    }
  });
  await page.goto(`${fx.url}screen.html${query}`);
}

/** The rows as they are seen, from the top. */
const seen = () => page.$$eval('li.row', (all) => all
  .filter((e) => !(/** @type {HTMLElement} */ (e).hidden))
  .sort((a, b) => Number(getComputedStyle(a).getPropertyValue('--row')) - Number(getComputedStyle(b).getPropertyValue('--row')))
  .map((e) => ['.place', '.name', '.shots', '.inner', '.total']
    .map((cell) => e.querySelector(cell)?.textContent ?? '').join(' | ')));

/** The same out of the state documents. */
function told() {
  const docs = fx.lanes.map((lane) => lane.doc.session)
    .sort((a, b) => b.total_tenths - a.total_tenths || b.inner - a.inner);
  return docs.map((s, i) => [i + 1, s.shooter, s.counted, `${s.inner}×`, (s.total_tenths / 10).toFixed(1)].join(' | '));
}

/** A range store with a clock of its own, fed with the snapshot of a lane. @param {any} [options] */
function range(options = {}) {
  const lane = new Lane('lane1', 'Lane 1');
  lane.start({ nickname: 'anna' });
  const clock = { now: 1000 };
  const store = new RangeStore({ clock: () => clock.now, ...options });
  /** @type {string[]} */
  const kinds = [];
  store.subscribe(({ kind }) => kinds.push(kind));
  const snapshot = () => store.receive('snapshot', structuredClone(lane.doc), '', 0);
  snapshot();
  const total = () => {
    const it = store.lanes.get('lane1');
    return it && standingOf(it, false, clock.now)?.total_tenths;
  };
  return { lane, clock, store, kinds, snapshot, total };
}

describe('what the big screen computes', () => {
  test('the address is taken as far as it makes sense', () => {
    const wishes = optionsFrom('?lanes=b,a,b&feature=auto,auto,a&rows=12&delay=30&hide=1&title=Cup&theme=sun&lang=de');
    assert.deepEqual(wishes, { lanes: ['b', 'a'], feature: ['auto', 'auto', 'a'], rows: 12, delay_ms: 30000,
      hide: true, title: 'Cup', theme: 'sun', lang: 'de' });
    assert.deepEqual(optionsFrom('?rows=-3&delay=never&hide=yes&theme=pink&lang=xx', ['fr', 'de-AT']),
      { lanes: [], feature: null, rows: 0, delay_ms: 0, hide: false, title: '', theme: 'dark', lang: 'de' });
    assert.deepEqual(optionsFrom('?delay=1e9&feature=none').delay_ms, 600000);
  });

  test('every language has every word', () => {
    for (const [lang, words] of Object.entries(WORDS)) {
      assert.deepEqual(Object.keys(words).sort(), Object.keys(WORDS.en).sort(), lang);
    }
  });

  test('equals share a place, inner tens part them, nobody without a shot has one', () => {
    const of = (/** @type {string} */ lane, /** @type {any} */ more = {}) => /** @type {any} */ (
      { lane, order: Number(lane), decimal: true, counted: 5, total_tenths: 0, total_rings: 0, inner: 0, ...more });
    const order = rank([of('1', { counted: 0 }), of('2', { total_tenths: 500 }), of('3', { total_tenths: 500 }),
      of('4', { total_rings: 50, inner: 2, decimal: false }), of('5', { total_tenths: 499 }), of('6')]);
    assert.deepEqual(order.map(({ place, standing }) => `${place}:${standing.lane}`),
      ['1:4', '2:2', '2:3', '4:5', '5:6', '0:1']);
  });

  test('nothing is shown before its time, and in the order in which it came', () => {
    const { lane, clock, store, total } = range({ delay_ms: 30000 });
    assert.equal(total(), undefined, 'the state as it is now is not shown either');
    const a = lane.shot(0, 0);
    clock.now += 10000;
    store.receive('shot', a, '', 0);
    clock.now = 31000;
    store.tick();
    assert.equal(total(), 0);
    clock.now = 40999;
    store.tick();
    assert.equal(total(), 0);
    clock.now = 41000;
    store.tick();
    assert.equal(total(), a.score_tenths);
  });

  test('a queue that is full begins anew', () => {
    const line = new DelayLine(1000, 3);
    assert.ok(line.push('a', 1, 0) && line.push('b', 2, 0));
    assert.ok(!line.push('c', 1, 0));
    assert.deepEqual(line.take(1e9), []);
    const { lane, store, kinds, clock } = range({ delay_ms: 600000, room: 50 });
    const status = { ...lane.doc, lane: 'lane1' };
    for (let i = 0; i < 5000; i++) {
      clock.now += 100;
      store.receive('status', { ...status, t_publish_us: i }, '', 0);
    }
    assert.ok(store.line.waiting.length <= 2, 'a status that says nothing new does not wait');
    for (let i = 0; i < 60; i++) {
      store.receive('shot', lane.shot(1, 1), '', 0);
    }
    assert.ok(kinds.includes('gap') && store.line.weight <= 50);
  });

  test('a lane is stale when it was not heard, whatever the delay', () => {
    const { clock, store, lane } = range({ delay_ms: 10000 });
    clock.now += 10000 + STALE_MS;
    store.tick();
    const it = /** @type {any} */ (store.lanes.get('lane1'));
    assert.equal(store.age(it), 0);
    clock.now += 7000;
    assert.equal(store.age(it), STALE_MS + 7000);
    store.receive('status', { ...lane.doc, t_publish_us: 1 }, '', 0);
    assert.equal(store.age(it), 0);
  });

  test('what is not known, or is nonsense, is ignored; a lane that fails keeps its result', () => {
    const { lane, store, total } = range();
    const shot = lane.shot(0, 0);
    store.receive('shot', shot, '', 0);
    for (const [name, data] of /** @type {[string, any][]} */ ([['tip', { lane: 'lane1' }], ['shot', null],
      ['shot', 'x'], ['shot', { lane: 'lane7', seq: 1 }], ['status', { lane: 'lane1' }]])) {
      store.receive(name, data, '', 0);
    }
    store.receive('snapshot', { lane: 'lane1', state: 'failed', problems: [] }, '', 0);
    assert.equal(total(), shot.score_tenths);
    assert.ok(store.lanes.get('lane1')?.down);
  });

  test('a target stays for a while; named ones stay where they are', () => {
    const lanes = [{ lane: 'a', shotAt: 1 }, { lane: 'b', shotAt: 2 }, { lane: 'c', shotAt: 3 }];
    const names = (/** @type {any[]} */ slots) => slots.map(({ lane }) => lane).join();
    let slots = chooseFeatured(['a', 'auto', 'auto'], [], lanes, 0);
    assert.equal(names(slots), 'a,c,b');
    slots = chooseFeatured(['auto'], [{ lane: 'b', since: 0 }], lanes, HOLD_MS - 1);
    assert.equal(names(slots), 'b');
    assert.equal(names(chooseFeatured(['auto'], slots, lanes, HOLD_MS)), 'c');
    assert.equal(names(chooseFeatured(['auto'], slots, [], 1)), '');
  });
});

describe('the big screen', () => {
  afterEach(close);

  test('ranks as the state documents say, while shots come and go', async () => {
    await screen('?feature=lane6', { lanes: 6, shots: 3 });
    await has('li.row', 6);
    assert.deepEqual(await seen(), told());
    fx.lanes.forEach((lane, i) => fire(lane, 4 + (i % 3), 40 + i));
    fx.lanes[2].remove(2, 'a fly');
    fx.lanes[5].shot(0, 0, { sighter: true });
    const wanted = told();
    await page.waitForFunction((total) => document.querySelector('[data-lane=lane6] .total')?.textContent === total,
      (fx.lanes[5].doc.session.total_tenths / 10).toFixed(1));
    assert.deepEqual(await seen(), wanted);
    /* the target has the last ten, the sighter among them */
    await shows('lane-feature .sum b', (fx.lanes[5].doc.session.total_tenths / 10).toFixed(1));
    assert.equal(await page.$$eval('lane-feature .shot', (all) => all.length), 10);
    fx.lanes[0].end();
    await shows('[data-lane=lane1] .note', 'Ended');
    assert.deepEqual(complaints, []);
  });

  test('shows a lane late, in German, if it is told to', async () => {
    await screen('?delay=1&lang=de&lanes=lane2', { shots: 2 });
    await shows('.link', /^Beginnt in \d s$|^Verbindung/);
    assert.deepEqual(await seen(), []);
    await shows('.link', '1 s verzögert');
    await has('li.row', 1);
    await shows('[data-lane=lane2] .total', (fx.lanes[1].doc.session.total_tenths / 10).toFixed(1).replace('.', ','));
  });

  test('hides what was shot until the string is over', async () => {
    await screen('?hide=1&feature=lane1', { shots: 12 });
    const { session, shots } = fx.lane.doc;
    const at = shots.columns.indexOf('score_tenths');
    const ten = shots.rows.slice(0, 10).reduce((/** @type {number} */ sum, /** @type {number[]} */ r) => sum + r[at], 0);
    await shows('[data-lane=lane1] .total', (ten / 10).toFixed(1));
    await shows('[data-lane=lane1] .shots', '12');
    await shows('[data-lane=lane1] .series', '–');
    await shows('.told .last', '–');
    assert.deepEqual(await page.$$eval('lane-feature [data-n]', (all) => all.map((e) => Number(e.getAttribute('data-n')))),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const outside = await page.evaluate(() => {
      const of = (/** @type {string} */ selector) => /** @type {Element} */ (document.querySelector(selector)).getBoundingClientRect();
      const [paper, notice] = [of('.paper'), of('.notice')];
      return Math.max(paper.left - notice.left, notice.right - paper.right, notice.bottom - paper.bottom);
    });
    assert.ok(outside <= 0.5, `the notice lies ${outside} px outside of its target`);
    fire(fx.lane, 8, 3);
    await shows('[data-lane=lane1] .total', (session.total_tenths / 10).toFixed(1));
    assert.match(await page.textContent('.told .last') ?? '', /^\d/);
  });

  test('comes back by itself, and says meanwhile that it is not live', async () => {
    await screen('', { shots: 2 });
    await has('li.row', 2);
    fx.lane.refuseStreams = true;
    const refused = page.waitForResponse((response) => response.status() === 503);
    fx.lanes.forEach((lane) => lane.drop());
    await shows('.link', /^No connection for/);
    await refused;
    fx.lanes.forEach((lane) => fire(lane, 1, 5));
    fx.lane.refuseStreams = false;
    await shows('.link', 'Live');
    await shows('[data-lane=lane1] .shots', '3');
    fx.lane.publish('lane', { process: 'down' }, false);
    await shows('[data-lane=lane1] .note', 'Lane is down');
    fx.lane.publish('lane', { process: 'up' }, false);
    await shows('[data-lane=lane1] .note', 'Lane 1');
    /* another shooter has the lane: its state is asked for */
    fx.lane.doc.session = { ...fx.lane.doc.session, id: 'other', shooter: 'Ben' };
    fx.lane.tell('activated');
    await shows('[data-lane=lane1] .name', 'Ben');
  });

  test('shows 60 lanes or fewer, and nothing is cut off', async () => {
    await screen('', { lanes: 60, shots: 6, tens: 5 });
    for (const count of [60, 30, 13]) {
      if (count < 60) {
        await page.goto(`${fx.url}screen.html?lanes=${fx.lanes.slice(0, count).map((l) => l.name)}`);
      }
      await has('li.row', count);
      await page.waitForSelector('lane-feature .marks > *', { state: 'attached' });
      const bad = await page.evaluate(() => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        /** @type {string[]} */
        const list = scrollWidth > innerWidth || scrollHeight > innerHeight ? [`page ${scrollWidth} x ${scrollHeight}`] : [];
        for (const e of document.querySelectorAll('li.row, li.row > *, li .name, .heads span, lane-feature p, lane-feature svg, header *')) {
          const b = e.getBoundingClientRect();
          const name = `${e.tagName}.${e.className} ${e.textContent?.slice(0, 30)}`;
          if (b.width && (b.left < 0 || b.top < 0 || b.right > innerWidth + 0.5 || b.bottom > innerHeight + 0.5)) {
            list.push(`${name} is outside`);
          }
          if (e.scrollWidth > e.clientWidth + 1 && !e.matches('.who, .who *, .name')) {
            list.push(`${name} overflows by ${e.scrollWidth - e.clientWidth}`);
          }
          if (e.matches('.name') && e.clientWidth < 6 * parseFloat(getComputedStyle(e).fontSize) * 0.6) {
            list.push(`${name} has no room`);
          }
        }
        return list;
      });
      assert.deepEqual(bad, [], `${count} lanes`);
    }
    await page.goto(`${fx.url}screen.html?rows=40`);
    await shows('.pages', /^(1–40|41–60) of 60$/);
    assert.ok([40, 20].includes((await seen()).length));
  });

  test('has nothing for axe to find in either theme', async () => {
    await screen('', { lanes: 3, shots: 12 });
    await page.waitForSelector('lane-feature .marks > *', { state: 'attached' });
    fx.lane.publish('lane', { process: 'down' }, false);
    await shows('[data-lane=lane1] .note', 'Lane is down');
    for (const theme of ['dark', 'sun']) {
      assert.deepEqual(await violations(page, theme), [], theme);
    }
    assert.deepEqual(complaints, []);
  });

  test('speed: 60 lanes at 60 shots a second', { skip: !TIMED }, async (t) => {
    await screen('', { lanes: 60, shots: 10 });
    await has('li.row', 60);
    await page.evaluate(() => {
      const real = window.requestAnimationFrame;
      /** @type {any} */ (window).spent = [];
      window.requestAnimationFrame = (run) => real((at) => {
        const begun = performance.now();
        run(at);
        /** @type {any} */ (window).spent.push(performance.now() - begun);
      });
      /** @type {any} */ (window).frames = [];
      let before = 0;
      const beat = (/** @type {number} */ at) => {
        if (before) {
          /** @type {any} */ (window).frames.push(at - before);
        }
        before = at;
        real(beat);
      };
      real(beat);
    });
    const where = places(9, 8);
    for (let i = 0; i < 300; i++) {
      const [x, y] = /** @type {number[]} */ (where.next().value);
      fx.lanes[(i * 7) % 60].shot(x, y);
      await new Promise((done) => setTimeout(done, 16));
    }
    const { spent, frames } = await page.evaluate(() =>
      ({ spent: /** @type {any} */ (window).spent, frames: /** @type {any} */ (window).frames }));
    const at = (/** @type {number[]} */ list, /** @type {number} */ q) =>
      [...list].sort((a, b) => a - b)[Math.floor(q * (list.length - 1))].toFixed(1);
    t.diagnostic(`script of a frame ms: p50 ${at(spent, 0.5)}, p95 ${at(spent, 0.95)}, max ${at(spent, 1)} (${spent.length} drawn)`);
    t.diagnostic(`between frames ms: p50 ${at(frames, 0.5)}, p95 ${at(frames, 0.95)}, max ${at(frames, 1)} (${frames.length})`);
    assert.ok(Number(at(spent, 0.95)) < 8);
  });
});
