/* The figures of the page of who runs the range, without a browser. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WORDS } from '../../html/admin-figures-text.js';
import {
  BARS_MS, HOUR_MS, barsOf, barsSvg, extent, lastHour, linesSvg, perSecond, place, quantile, samplesOf, sum, value,
} from '../../html/admin-performance-chart.js';
import { ScreenTimes } from '../../html/admin-performance-screen.js';
import { tableCsv } from '../../html/table-file.js';

const NOW_MS = 1795000000000;

/** @param {number} ago_s @param {Record<string, number | null>} more */
const sample = (ago_s, more) => ({ t_us: (NOW_MS - ago_s * 1000) * 1000, seconds: 10, ...more });

const LOOK = { width: 400, height: 150, lang: 'en', digits: 0, step_s: 10, now_ms: NOW_MS };

describe('samples of the last hour', () => {
  test('are told apart by their columns', () => {
    assert.deepEqual(samplesOf({ columns: ['t_us', 'cpu'], samples: [[7, 0.5], [8, null]] }), [{ t_us: 7, cpu: 0.5 }, { t_us: 8, cpu: null }]);
  });

  test('grow by what is new, and lose what is older than an hour', () => {
    const known = [sample(3605, {}), sample(3590, {}), sample(20, {})];
    const all = lastHour(known, [sample(20, {}), sample(10, {})], NOW_MS * 1000);
    assert.deepEqual(all.map((s) => NOW_MS - Number(s.t_us) / 1000), [3590000, 20000, 10000]);
  });

  test('count what is known alone', () => {
    const all = [sample(30, { captured: 300, bad: 1, lost: null }), sample(20, { captured: null, bad: 2, lost: 3 }), sample(10, { captured: 150, bad: 0, lost: 0 })];
    assert.deepEqual(extent(all, perSecond('captured')), { least: 15, most: 30, newest: 15 });
    assert.deepEqual(all.map(sum(['bad', 'lost'])), [1, 5, 0]);
    assert.equal(extent(all, value('cpu')), null);
    assert.equal(perSecond('captured')({ captured: 5, seconds: 0 }), null);
  });
});

describe('a chart of the last hour', () => {
  test('ends at now and begins an hour before, and reads back the instant', () => {
    const { x, at } = place(1, NOW_MS, LOOK);
    assert.ok(x(NOW_MS) > 380 && x(NOW_MS - HOUR_MS) < 50);
    assert.ok(Math.abs(at(x(NOW_MS - 600000)) - (NOW_MS - 600000)) < 1);
  });

  test('does not join what lies too far apart or is not known', () => {
    const all = [60, 50, 40, 10].map((s) => sample(s, { cpu: 1 }));
    assert.equal(linesSvg(all, [value('cpu')], LOOK).match(/class="line/g)?.length, 2);
    assert.equal(linesSvg(all, [value('cpu')], LOOK).match(/ alone"/g)?.length, 1);
    const holed = [sample(30, { cpu: 1 }), sample(20, { cpu: null }), sample(10, { cpu: 1 })];
    assert.equal(linesSvg(holed, [value('cpu')], LOOK).match(/ alone"/g)?.length, 2);
  });

  test('has whole numbers beside what is counted, and writes them as people there do', () => {
    const one = linesSvg([sample(20, { n: 0 }), sample(10, { n: 2 })], [value('n')], LOOK);
    assert.deepEqual([...one.matchAll(/class="value"[^>]*>([^<]*)</g)].map((m) => m[1]), ['0', '1', '2']);
    const german = linesSvg([sample(10, { n: 0.4 })], [value('n')], { ...LOOK, lang: 'de', digits: 1 });
    assert.match(german, />0,2</);
  });

  test('without samples has its axes and no line', () => {
    const none = linesSvg([], [value('cpu')], LOOK);
    assert.doesNotMatch(none, /line|NaN|Infinity/);
    assert.match(none, /class="date"/);
  });

  test('of times counts each once', () => {
    const bars = barsOf([0, 49.9, 50, 120, 1999, 2000, 99999]);
    assert.deepEqual(bars, [2, 1, 1, 0, 0, 0, 0, 0, 1, 2]);
    assert.equal(bars.length, BARS_MS.length);
    assert.doesNotMatch(barsSvg(bars, LOOK, '…') + barsSvg(barsOf([]), LOOK, '…'), /NaN|Infinity/);
  });
});

describe('from the camera to the screen', () => {
  const shot = (/** @type {any} */ more) => ({ lane: 'lane1', t_frame_us: NOW_MS * 1000, ...more });

  test('takes what it takes, by the range’s clock as the quickest answer told it', () => {
    const times = new ScreenTimes();
    assert.equal(times.drawn(shot({}), NOW_MS + 90), null, 'without a clock nothing is known');
    times.look(1000, 1400, 6_500_000); /* ahead by 5300 ± 200 ms */
    times.look(2000, 2010, 7_010_000); /* by 5005 ± 5 */
    times.look(3000, 3100, 8_100_000);
    assert.deepEqual(times.clock, { off_ms: 5005, error_ms: 5 });
    assert.equal(times.drawn(shot({}), NOW_MS + 90 - 5005), 90);
    assert.equal(times.drawn(shot({ lane: 'lane2' }), NOW_MS - 2 - 5005), -2);
    assert.deepEqual(times.of(''), [90, 0]);
    assert.deepEqual(times.of('lane2'), [0]);
  });

  test('is not told of shots that no picture brought, or of none that can be', () => {
    const times = new ScreenTimes();
    times.look(0, 2, 1000);
    for (const more of [{ recovered: true }, { by_hand: true }, { unplaced: true }, { t_frame_us: 0 }, { t_frame_us: undefined }]) {
      assert.equal(times.drawn(shot(more), NOW_MS + 90), null, JSON.stringify(more));
    }
    assert.equal(times.drawn(shot({}), NOW_MS - 1000), null, 'before it fell');
    assert.equal(times.drawn(shot({}), NOW_MS + 61000), null, 'a minute later');
    assert.deepEqual(times.of(''), []);
  });

  test('is remembered of the last thousand', () => {
    const times = new ScreenTimes();
    times.look(0, 0, 0);
    for (let i = 0; i < 1010; i++) {
      times.drawn(shot({}), NOW_MS + i);
    }
    assert.equal(times.of('').length, 1000);
    assert.equal(times.of('')[0], 10);
  });

  test('half and 95 of a hundred lie within', () => {
    const list = Array.from({ length: 100 }, (_, i) => 100 - i);
    assert.deepEqual([quantile(list, 0.5), quantile(list, 0.95), quantile([7], 0.95), quantile([], 0.5)], [50, 95, 7, null]);
  });
});

test('a table as a file holds no formula', () => {
  assert.equal(tableCsv(['day', 'lane', 'shots'], [{ day: '2026-05-01', lane: '=1+1', shots: 3 }, { day: 'a,"b"', lane: 'x' }]),
    'day,lane,shots\r\n2026-05-01,\'=1+1,3\r\n"a,""b""",x,\r\n');
});

test('every word of the figures is there in every language, with the same values in it', () => {
  const values = (/** @type {string} */ text) => [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort();
  for (const lang of Object.keys(WORDS)) {
    assert.deepEqual(Object.keys(WORDS[lang]).sort(), Object.keys(WORDS.en).sort(), lang);
    for (const [name, text] of Object.entries(WORDS[lang])) {
      assert.deepEqual(values(text), values(WORDS.en[name]), `${lang} ${name}`);
    }
  }
});
