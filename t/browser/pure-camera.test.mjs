/* How the page of a camera sends, and what it says, without a browser. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Sender } from '../../html/camera-sender.js';
import { laneWords, missingWords, sendingWords, troubleWords } from '../../html/camera-words.js';
import { Lane } from './fixture.mjs';

/** A world in which time passes only by waiting and by answers that take some.
 * @param {(n: number, at: number) => { took?: number, status?: number, body?: any, lost?: boolean }} answer */
function world(answer) {
  const w = { now: 0, asked: /** @type {{ url: string, at: number, blob: any }[]} */ ([]), inFlight: 0, most: 0 };
  const wait = async (/** @type {number} */ ms) => {
    w.now += ms;
    await Promise.resolve();
  };
  const fetcher = async (/** @type {any} */ url, /** @type {any} */ init) => {
    w.most = Math.max(w.most, ++w.inFlight);
    const { took = 5, status = 200, body = { interval_ms: 50 }, lost } = answer(w.asked.length, w.now);
    w.asked.push({ url, at: w.now, blob: init.body });
    await wait(took);
    w.inFlight--;
    if (lost) {
      throw new TypeError('failed');
    }
    return { ok: status < 300, status, json: async () => body };
  };
  return Object.assign(w, { fetch: /** @type {any} */ (fetcher), wait, clock: () => w.now });
}

/** Runs until so many were asked. @param {ReturnType<typeof world>} w @param {number} n
 * @param {number} [frame_ms] from one frame of the camera to the next */
async function run(w, n, frame_ms = 1) {
  /** @type {import('../../html/camera-sender.js').Sending[]} */
  const said = [];
  let last = -Infinity;
  const sender = new Sender('lane1', 'tab', async () => {
    if (w.asked.length >= n) {
      sender.running = false;
      sender.turn++;
    }
    if (w.now - last < frame_ms) {
      return null;
    }
    last = w.now;
    return { blob: /** @type {any} */ (`at ${w.now}`), t_us: w.now * 1000 + 0.4 };
  }, (how) => said.push(how), { fetch: w.fetch, now: w.clock, wait: w.wait });
  sender.start();
  for (let i = 0; i < 200 * n && sender.running; i++) {
    await Promise.resolve();
    await new Promise((done) => { setImmediate(done); });
  }
  return said;
}

const doc = () => structuredClone(new Lane('lane1', 'Lane 1').doc);

describe('a camera that sends', () => {
  test('keeps to the pace that the lane gives, whatever an answer takes', async () => {
    const w = world((n) => ({ took: n % 3 ? 5 : 30 }));
    const said = await run(w, 41);
    assert.ok(Math.abs(w.asked[40].at / 40 - 50) < 3, `${w.asked[40].at / 40} ms`);
    assert.ok(Math.abs((said.at(-1)?.fps ?? 0) - 20) < 2);
    assert.equal(said.at(-1)?.state, 'sending');
    assert.match(w.asked[3].url, /^\/api\/lanes\/lane1\/camera\/frame\?sender=tab&t_us=\d+$/);
  });

  test('sends one at a time, and always the newest', async () => {
    const w = world(() => ({ took: 400 }));
    await run(w, 12);
    assert.equal(w.most, 1);
    w.asked.forEach(({ at, blob }) => assert.equal(blob, `at ${at}`));
  });

  test('is never ahead of its camera', async () => {
    const w = world(() => ({ took: 1 }));
    await run(w, 12, 200);
    w.asked.slice(1).forEach(({ at }, i) => assert.ok(at - w.asked[i].at >= 200));
  });

  test('does what a lane asks that has no time', async () => {
    const w = world((n) => ({ body: { interval_ms: n < 10 ? 50 : 500 } }));
    const said = await run(w, 20);
    assert.ok(w.asked[19].at - w.asked[18].at >= 495);
    assert.equal(sendingWords(/** @type {any} */ (said.at(-1)), Date.now()).title, 'The lane says: slower');
  });

  test('goes on for ever where there is no network, ever more seldom', async () => {
    const w = world((n) => ({ lost: n < 12 }));
    const said = await run(w, 14);
    assert.equal(w.asked.length, 14);
    assert.ok(w.asked[11].at - w.asked[10].at <= 3100);
    assert.ok(w.asked[11].at - w.asked[10].at >= 2900);
    assert.ok(said.some((s) => s.state === 'lost'));
    assert.equal(said.at(-1)?.state, 'sending');
    assert.ok(w.asked[13].at - w.asked[12].at < 100, 'and is quick again after it');
  });

  test('tells refusals apart', async () => {
    /** @type {[number, string, string, number][]} */
    const cases = [
      [429, 'too-many', 'begun', 300], [503, 'busy', 'busy', 600], [504, 'deadline', 'busy', 600],
      [409, 'camera-taken', 'taken', 1100], [409, 'camera-not-pushed', 'refused', 2100],
      [403, 'not-allowed', 'refused', 2100], [404, 'lane-unknown', 'refused', 2100],
    ];
    for (const [status, type, state, within] of cases) {
      const w = world(() => ({ status, body: { type: `/docs/problems#${type}`, title: 'T', detail: 'D' } }));
      const said = await run(w, 3);
      /* 429 alone says nothing: it is a matter of a moment */
      assert.equal(said.at(-1)?.state ?? 'begun', state, type);
      if (w.asked.length > 2) {
        assert.ok(w.asked[2].at - w.asked[1].at <= within, type);
      }
    }
  });
});

describe('what a camera says', () => {
  test('has a sentence for each way in which there is no camera', () => {
    assert.equal(missingWords({ secure: false, media: false })?.title, 'This page must be opened with https');
    assert.match(missingWords({ secure: true, media: false })?.title ?? '', /no camera for pages/);
    assert.equal(missingWords({ secure: true, media: true }), null);
    assert.equal(troubleWords({ name: 'NotAllowedError' }).title, 'This page may not use the camera');
    assert.equal(troubleWords({ name: 'NotReadableError' }).title, 'Another program uses the camera');
    assert.equal(troubleWords({ name: 'NotFoundError' }).title, 'This device has no camera');
    assert.equal(troubleWords({ name: 'Odd', message: 'something' }).detail, 'something');
    assert.ok(troubleWords(undefined).detail);
  });

  test('says since when nothing arrives', () => {
    const how = { state: /** @type {const} */ ('lost'), title: '', detail: '', fps: 0, interval_ms: 66, least_ms: 66, since: 1000 };
    assert.match(sendingWords(how, 13000).detail, /12 s ago/);
    assert.doesNotMatch(sendingWords({ ...how, since: 0 }, 13000).detail, /ago/);
  });

  test('says that pictures stopped, whoever is to blame', () => {
    const how = { state: /** @type {const} */ ('sending'), title: '', detail: '', fps: 15, interval_ms: 66, least_ms: 66, since: 1000 };
    assert.equal(sendingWords(how, 1500).detail, '15 a second');
    assert.equal(sendingWords(how, 9000).title, 'The camera gives no picture');
  });

  test('says what the lane makes of the pictures', () => {
    const d = doc();
    assert.equal(laneWords(null).shape, 'ring');
    assert.equal(laneWords(d).title, 'Target found');
    assert.match(laneWords(d).detail, /^3\.6 pixels a millimetre/);
    d.scene = { grade: 'poor', advice: [{ type: 'dark', text: 'Light it.' }] };
    assert.equal(laneWords(d).title, 'Target found, but it is hard to see');
    assert.equal(laneWords(d).detail, 'Light it.');
    d.calibration = { ...d.calibration, origin: 'none', reason: 'No rings.' };
    assert.deepEqual(laneWords(d), { shape: 'triangle', title: 'Target not found yet', detail: 'No rings.' });
    d.problems = [{ type: 'camera-blind', title: 'The camera sees nothing', detail: 'It is dark.' }];
    assert.equal(laneWords(d).title, 'The camera sees nothing');
    d.camera.state = 'lost';
    assert.equal(laneWords(d).title, 'The lane has no picture');
  });
});
