/* The shooter's page in German. */

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { violations } from './axe.mjs';
import { misfits } from './fits.mjs';
import { DRILL } from './fixture.mjs';
import { english } from './german.mjs';
import { close, complaints, fx, has, open, page, pressed, shooting, shows } from './opened.mjs';

const SHOTS = process.env.GMS_SCREENSHOTS;

/** What the fixture says, as the server would. */
const DATA = 'title, h1, .face, .small.stages, .drill, option, optgroup, .stage, .doubts b';

describe('in German', () => {
  afterEach(close);

  for (const [width, height] of [[390, 844], [820, 1180], [1280, 800]]) {
    test(`nothing is left in English, nor cut off at ${width} x ${height}`, async () => {
      await shooting({ width, height, locale: 'de-DE' }, 12);
      assert.equal(await page.getAttribute('html', 'lang'), 'de');
      await has('.shots > *', 12);
      fx.lane.doc.session.course = 'pistol';
      fx.lane.conduct('running');
      fx.lane.status({ problems: [{ type: 'paper-gone', title: 'No paper is found there',
        detail: 'No target is seen: hang one there, turn the camera to it, or calibrate again.' }] });
      fx.lane.shot(3, 4, { near_line: true, possible_double: true, sighter: false });
      await shows('.problems', /^Dort hängt kein Papier Keine Scheibe zu sehen/);
      await shows('.last .value', '10,3');
      await shows('.last .words', /^Schuss 13 · 1 Uhr · 5,0 mm von der Mitte/);
      await shows('.chip.face', 'ISSF 10 m Luftpistole');
      await shows('lane-course .stage', /^Wertung · /);
      await page.waitForSelector('.menu [data-do=language]', { state: 'attached' });
      for (const mode of ['', 'v', 'v', 'c', 'c', '?', 'Escape', 'e', 'Escape', 'i', 'Escape', 'r', 'Escape', 'w']) {
        await pressed(mode);
        assert.deepEqual(await english(page, DATA), [], mode);
        assert.deepEqual(await misfits(page), [], mode);
        if (SHOTS && mode !== 'Escape') {
          await page.screenshot({ path: `${SHOTS}/shooter-de-${width}-${mode.replace('?', 'help')}.png` });
        }
      }
      assert.deepEqual(complaints, []);
    });
  }

  test('the voice speaks it, with the figures of the language', async () => {
    await shooting({ locale: 'de-DE' }, 1);
    await page.evaluate(() => {
      /** @type {any} */ (globalThis).heard = [];
      speechSynthesis.speak = (words) => { /** @type {any} */ (globalThis).heard.push([words.lang, words.text]); };
    });
    await page.keyboard.press('s');
    await page.waitForSelector('[data-do=voice][aria-pressed=true]', { state: 'attached' });
    fx.lane.shot(0, 4);
    await has('.shots > *', 2);
    assert.deepEqual(await page.evaluate('heard'), [['de', '10,5, Innenzehner, 12 Uhr']]);
    assert.deepEqual(await violations(page), []);
  });

  test('is chosen in the menu, and kept', async () => {
    await open({ locale: 'en-GB', width: 844, height: 390 });
    await page.click('.menu summary');
    await page.waitForSelector('.menu [data-do=language]');
    const menu = await page.locator('lane-menu').boundingBox();
    assert.ok(menu && menu.y + menu.height <= 390, 'the menu ends on the screen');
    await page.click('.menu [data-do=language]');
    await shows('.state b', 'Bereit');
    await page.reload();
    await shows('.state b', 'Bereit');
    await page.goto(`${fx.url}?lang=en`);
    await shows('.state b', 'Ready');
    await page.click('.menu summary');
    await page.click('.menu [data-do=language]');
    await shows('.state b', 'Bereit');
    assert.ok(!page.url().includes('lang='));
  });

  test('coach and drill speak it', async () => {
    await shooting({ locale: 'de-DE', width: 390, height: 844 }, 3);
    const { id, title, judge } = DRILL;
    fx.lane.tip({ text: '', drill: { id, title, judge } });
    fx.lane.status({ drill: { tip: 1, id, title, judge, shots: 3, hits: 2, figure: null, left_s: null } });
    await shows('lane-coach .tips b', 'Fünf in der Neun');
    await shows('lane-coach .rule', '5 hintereinander mit 9 oder mehr, höchstens 20 Schuss');
    await shows('lane-coach .now', 'Schuss 3 von 20 · 2 von 5 Treffern');
    assert.deepEqual(await english(page, `${DATA}, .tips b, progress`), []);
    assert.deepEqual((await misfits(page)).filter((m) => /wide|overflows|outside/.test(m)), []);
  });
});
