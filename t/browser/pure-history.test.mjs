/* What the page of the history makes of answers, without a browser. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chartSvg, dates, scales, ticks } from '../../html/chart.js';
import { WORDS } from '../../html/history-text.js';
import { WORDS as PHOTO } from '../../html/photo-text.js';
import { languageOf, speech } from '../../html/speech.js';
import { addressOf, centreOf, counting, csvOf, dayPoints, differing, filterOf, ringsOf, sumsOf, trendPoints, wishesOf }
  from '../../html/history-figures.js';

describe('a chart', () => {
  for (const [low, high, most, expected] of /** @type {[number, number, number, number[]][]} */ ([
    [0, 10, 5, [0, 2, 4, 6, 8, 10]], [9.2, 9.8, 3, [9.2, 9.4, 9.6, 9.8]], [-3, 3, 6, [-3, -2, -1, 0, 1, 2, 3]],
    [0.1, 0.35, 5, [0.1, 0.15, 0.2, 0.25, 0.3, 0.35]], [5, 5, 4, [5]], [NaN, NaN, 4, []],
  ])) {
    test(`has ${expected.join(' ')} beside ${low} to ${high}`, () => assert.deepEqual(ticks(low, high, most), expected));
  }

  test('has the beginnings of days, months and years below', () => {
    const at = (/** @type {string} */ text) => new Date(text).getTime();
    assert.deepEqual(dates(at('2026-05-01T12:00'), at('2026-05-04T12:00'), 8),
      ['2026-05-02T00:00', '2026-05-03T00:00', '2026-05-04T00:00'].map(at));
    assert.deepEqual(dates(at('2026-01-10T12:00'), at('2026-05-04T12:00'), 5),
      ['2026-02-01T00:00', '2026-03-01T00:00', '2026-04-01T00:00', '2026-05-01T00:00'].map(at));
    assert.deepEqual(dates(at('2019-06-01T00:00'), at('2026-06-01T00:00'), 8),
      ['2020', '2021', '2022', '2023', '2024', '2025', '2026'].map((y) => at(`${y}-01-01T00:00`)));
    assert.ok(dates(0, at('2026-01-01T00:00'), 6).length <= 7);
  });

  const look = { width: 600, height: 260, lang: 'en', digits: 1 };
  const point = (/** @type {number} */ t, /** @type {any} */ value, /** @type {any} */ mean = value) =>
    ({ t_ms: t * 86400000, value, mean, low: null, high: null });

  test('holds every value, and breaks its line where nothing is known', () => {
    const points = [point(0, 1), point(1, 3), point(2, null), point(3, 2), point(4, 2.5)];
    const { x, y } = scales(points, look);
    for (const p of points) {
      assert.ok(x(p.t_ms) >= 0 && x(p.t_ms) <= look.width);
      assert.ok(p.value === null || (y(p.value) >= 0 && y(p.value) <= look.height));
    }
    assert.ok(y(3) < y(1));
    const svg = chartSvg(points, look);
    assert.equal(svg.match(/class="mean"/g)?.length, 2);
    assert.equal(svg.match(/h0/g)?.length, 4);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  });

  test('is no trouble without points, with one, and when all are the same', () => {
    for (const points of [[], [point(1, 5)], [point(1, 5), point(1, 5)], [point(1, null)]]) {
      assert.doesNotMatch(chartSvg(points, look), /NaN|undefined|Infinity/);
    }
  });
});

describe('the history', () => {
  test('is looked at as the address says, and says so in the address', () => {
    const wishes = wishesOf('?shooter=anna&target=t&days=30&measure=mpi_x&sessions=a,b,c');
    assert.deepEqual(wishes, { shooter: 'anna', target: 't', days: 30, measure: 'mpi_x', picked: ['a', 'b'] });
    assert.deepEqual(wishesOf(addressOf(wishes)), wishes);
    assert.deepEqual(wishesOf('?days=31&measure=luck'), { shooter: '', target: '', days: 0, measure: 'score', picked: [] });
    assert.deepEqual(filterOf(wishes, new Date('2026-03-15T12:00')), { shooter: 'anna', target: 't', from: '2026-02-13' });
    assert.deepEqual(filterOf(wishesOf(''), new Date()), {});
  });

  test('takes trends as they are asked for', () => {
    const p = { session: 's', started_us: 2e6, score_per_shot: 9, mean: 8, low: 7, high: 10, sigma_mm: null,
      sigma_band: [5, null, null], mpi_x_mm: -1, mpi_x_band: [1, 0, 2] };
    assert.deepEqual(trendPoints([p], 'score'), [{ t_ms: 2000, session: 's', value: 9, mean: 8, low: 7, high: 10 }]);
    assert.deepEqual(trendPoints([p], 'sigma')[0].value, null);
    assert.deepEqual(trendPoints([p], 'mpi_x')[0], { t_ms: 2000, session: 's', value: -1, mean: 1, low: 0, high: 2 });
    const days = dayPoints([{ key: '2026-02-02', score_per_shot: 9, sigma_mm: 4, sigma_low_mm: 3, sigma_high_mm: 5 },
      { key: '2026-02-01', score_per_shot: null, sigma_mm: null, sigma_low_mm: null, sigma_high_mm: null }], 'sigma');
    assert.deepEqual(days.map((d) => [d.value, d.low, d.high]), [[null, null, null], [4, 3, 5]]);
    assert.ok(days[0].t_ms < days[1].t_ms);
  });

  test('counts what counts', () => {
    const shot = (/** @type {any} */ patch) => ({ ring: 9, x_mm: 1, y_mm: 2, removed: false, sighter: false, window: '', unplaced: false, ...patch });
    const shots = [shot({}), shot({ ring: 10, x_mm: 3 }), shot({ removed: true }), shot({ sighter: true }), shot({ window: 'late' }),
      shot({ ring: 0, unplaced: true, x_mm: 99 })];
    const some = counting(shots);
    assert.equal(some.length, 3);
    const face = { rings: [{ value: 9 }, { value: 10 }] };
    assert.deepEqual(ringsOf(some, face), [{ ring: '10', n: 1 }, { ring: '9', n: 1 }, { ring: 'M', n: 1 }]);
    assert.deepEqual(centreOf(some), { x_mm: 2, y_mm: 2 });
    assert.equal(centreOf([]), null);
    assert.deepEqual(sumsOf([{ sessions: 1, counted: 2, total_tenths: 190, inner: 1 }, { sessions: 2, counted: 3, total_tenths: 5, inner: 0 }]),
      { sessions: 3, counted: 5, total_tenths: 195, inner: 1 });
  });

  test('tells guns apart by intervals that do not overlap', () => {
    const gun = (/** @type {string} */ key, /** @type {any} */ low, /** @type {any} */ high) => ({ key, sigma_low_mm: low, sigma_high_mm: high });
    assert.deepEqual(differing([gun('a', 4, 5), gun('b', 5.1, 6), gun('c', 4.9, 5.5), gun('', 9, 10), gun('d', null, null)]), [['a', 'b']]);
    assert.deepEqual(differing([gun('a', 4, 5), gun('b', 5, 6)]), []);
  });

  test('writes cells that no spreadsheet computes', () => {
    const [, line] = csvOf([{ id: 'x', started_us: 0, name: '=1+1', shooter: 'a "b", c', mpi_x_mm: -2.5, sigma_mm: null }]).split('\r\n');
    assert.equal(line, `x,1970-01-01T00:00:00.000Z,,"a ""b"", c",'=1+1,,,,,,,,,,,,-2.5,`);
  });

  test('has every word in every language, with the same values in it', () => {
    const values = (/** @type {string} */ text) => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const [all, lang, words] of [WORDS, PHOTO].flatMap((all) => Object.entries(all).map(([l, w]) => /** @type {[any, string, any]} */ ([all, l, w])))) {
      assert.deepEqual(Object.keys(words).sort(), Object.keys(all.en).sort(), lang);
      for (const [name, text] of /** @type {[string, string][]} */ (Object.entries(words))) {
        assert.ok(text.trim(), `${lang} ${name}`);
        assert.deepEqual(values(text), values(all.en[name]), `${lang} ${name}`);
      }
    }
  });

  test('speaks as the reader wishes', () => {
    assert.equal(languageOf(WORDS, [null, 'fr-FR', 'de-AT', 'en']), 'de');
    assert.equal(languageOf(WORDS, ['x', 'constructor']), 'en');
    const { number, say, total } = speech(WORDS, 'de');
    assert.deepEqual([number(1234.5, 1), number(null, 1), number(NaN, 0)], ['1.234,5', '–', '–']);
    assert.equal(say('best', { n: '$&' }), 'Bestes aus $&');
    const row = { total_rings: 95, total_tenths: 987 };
    assert.deepEqual([total(row, { count: 'integer' }), total(row, { count: 'decimal' }), total(row, null)], ['95', '98,7', '98,7']);
  });
});
