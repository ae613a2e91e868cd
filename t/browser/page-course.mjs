/* A course of fire on the shooter's page: a part of page.test.mjs. */

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { close, complaints, fx, has, held, open, page, shows, text } from './opened.mjs';

describe('a course of fire', () => {
  afterEach(close);

  const command = async (/** @type {string} */ word) => {
    await page.waitForTimeout(800); /* a press in haste is none */
    await page.click(`lane-course button:not([hidden]) >> text=${word}`);
  };

  test('is chosen, started and stopped, and marks a shot outside of it', async () => {
    await open({}, (lane) => { lane.ahead_us = -5e9; });
    await page.click('text=Start session');
    const options = () => page.$$eval('select[name=course] option', (all) => all.map((o) => o.textContent));
    await page.waitForSelector('select[name=course] optgroup[label="For this target"]', { state: 'attached' });
    assert.deepEqual(await options(), ['Free practice', 'Pistol in a hurry', 'For any target']);
    await page.selectOption('select[name=target]', 'issf-10m-air-rifle');
    assert.deepEqual(await options(), ['Free practice', 'For any target', 'Pistol in a hurry']);
    await page.selectOption('select[name=target]', 'issf-10m-air-pistol');
    await page.selectOption('select[name=course]', 'pistol');
    await shows('.stages', 'sighters: any number of shots in 15:00; match: 2 × 15 shots in 5:00');
    assert.ok(await page.isHidden('[name=sighters]'));
    await page.click('dialog [type=submit]');
    await shows('.sign b', 'Unloaded');
    assert.equal(fx.lane.requests[0].body.course, 'pistol');
    await shows('lane-course .stage', 'sighters');
    await shows('lane-course .left', 'any number of shots');
    await command('LOAD');
    await shows('.sign b', 'Wait');
    await shows('.par', '15:00 this string');
    await page.click('lane-course button:not([hidden])');
    assert.equal(fx.lane.requests.length, 2, 'a press in haste is none');
    assert.ok(await page.isHidden('lane-sessions'), 'nothing to switch by hand');
    assert.ok(await page.isVisible('lane-stage .sighting'));
    assert.deepEqual(complaints, []);

    assert.ok(await page.isHidden('text=LOAD'));
    await page.click('lane-course .go');
    assert.equal(fx.lane.requests.length, 2, 'nor a short one');
    const [hint, button] = await page.$eval('lane-course .go', (e) => {
      e.classList.add('short'); /* as it was a moment ago */
      const colors = ['::before', undefined].map((of) => getComputedStyle(e, of).color);
      e.classList.remove('short');
      return colors;
    });
    assert.notEqual(hint, button, 'the hint is to be read on its own ground');
    await page.focus('lane-course .go');
    await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    assert.equal(fx.lane.requests.length, 2, 'by a key either');
    await held('lane-course .go');
    await shows('.sign b', 'Fire');
    assert.deepEqual(fx.lane.requests.at(-1)?.body, { command: 'start' });

    /* the match, and 9.6 s of it are left */
    const ends_us = (Date.now() + 9600) * 1000 + fx.lane.ahead_us;
    fx.lane.conduct('running', { ends_us, string: 2 });
    await shows('.sign b', 'Fire');
    assert.equal(await page.getAttribute('.sign', 'data-sign'), 'ring');
    assert.ok(await page.isHidden('lane-stage .sighting'), 'this is for the record');
    await shows('lane-course .stage', 'match · string 2 of 2 · series 1 of 3');
    for (const ms of [0, 400]) {
      await page.waitForTimeout(ms);
      const most = (ends_us - fx.lane.ahead_us) / 1e6 - Date.now() / 1000;
      const left = Number(await text('.par .time'));
      const least = (ends_us - fx.lane.ahead_us) / 1e6 - Date.now() / 1000;
      assert.ok(left > least - 0.25 && left < most + 0.25, `${left} s, not ${least} to ${most}`);
    }
    fx.lane.shot(1, 2);
    await shows('lane-course .left', '14 shots left');
    fx.lane.refusal = { status: 409, title: 'That command does not come now', detail: 'the next command is unload' };
    await command('STOP');
    await shows('.refused p', 'That command does not come now the next command is unload');
    fx.lane.refusal = null;
    await page.click('lane-course button:not([hidden])');
    await shows('.sign b', 'Stop');
    assert.equal(await page.getAttribute('.sign', 'data-sign'), 'octagon');
    await shows('.par .time', '');
    fx.lane.shot(3, 4, { window: 'late' });
    await shows('lane-shots tbody tr:first-child i', 'too late, does not count');
    await has('lane-shots tbody tr:first-child td:nth-child(3) svg', 2);
    await has('.shots [data-n="2"] .outside', 1);
    await has('.shots .outside', 1);
    await shows('[data-sum=counted]', '1');
    await shows('lane-course .left', '14 shots left');
    await shows('.words', /too late, does not count$/);
    await has('.last .value.out', 1);
    await page.click('lane-shots tbody tr:first-child .plain');
    await page.click('shot-dialog .correct summary');
    await page.fill('shot-dialog [name=reason]', 'the clock was wrong');
    await page.fill('shot-dialog [name=author]', 'Olga');
    await page.click('text=Count it');
    await page.waitForSelector('shot-dialog .error:not([hidden])'); /* the script knows no corrections */
    const { path, body } = fx.lane.requests.at(-1) ?? {};
    assert.deepEqual([path, body.what, body.author], ['/api/lanes/lane1/shots/2/corrections', 'count', 'Olga']);
    await page.keyboard.press('Escape');
    fx.lane.publish('lane', { process: 'down' }, false);
    await shows('.sign b', 'Lane is down');
    fx.lane.end();
    await page.waitForSelector('lane-course', { state: 'hidden' });
  });

  test('has series of its own length, which end with a string', async () => {
    await open({}, (lane) => lane.start({ course: 'pistol' }));
    const shoot = (/** @type {number} */ n) => Array.from({ length: n }, () => fx.lane.shot(0, 0));
    shoot(4);
    fx.lane.closeRound(4);
    shoot(6);
    await has('lane-series tbody tr', 3);
    const rows = () => page.$$eval('lane-series tbody tr', (all) => all.map((r) =>
      r.querySelectorAll('td:not(:empty):not(.sum)').length));
    const series = () => page.$$eval('.shots > *', (all) => all.map((e) => e.getAttribute('data-series')).join(''));
    assert.deepEqual([await rows(), await series()], [[4, 5, 1], '0000111112']);
    assert.equal(await page.$$eval('lane-series thead th', (all) => all.length), 7);
    assert.equal(fx.lane.opened, 1, 'no event was missed');
    await page.reload();
    await has('lane-series tbody tr', 3);
    assert.deepEqual([await rows(), await series()], [[4, 5, 1], '0000111112']);
    fx.lane.end();
    fx.lane.start();
    shoot(1);
    await has('lane-series thead th', 12);
    fx.lane.doc.session.series_length = 12; /* longer than a row */
    shoot(12);
    await page.reload();
    await has('lane-series tbody tr', 3);
    assert.deepEqual(await rows(), [10, 2, 1]);
    assert.deepEqual(await page.$$eval('lane-series .sum', (all) => all.map((e) => e.textContent)), ['', '130.8', '10.9']);
    assert.deepEqual(complaints, []);
  });
});
