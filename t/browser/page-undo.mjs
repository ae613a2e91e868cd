/* What was done by mistake on the shooter's page, and is undone. */

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { violations } from './axe.mjs';
import { close, complaints, fx, has, held, open, page, shooting, shows } from './opened.mjs';

/** What was asked for last. */
const asked = () => {
  const { method, path, body } = fx.lane.requests.at(-1) ?? { method: '', path: '', body: {} };
  return [method, path.replace(/[^/]*-[0-9a-f]{16}-\d+/, 'ID'), body];
};

describe('a mistake', () => {
  afterEach(close);

  test('an end is undone from the result, and the shots are there', async () => {
    await shooting({}, 12);
    await page.click('text=End session');
    await held('dialog .end');
    await shows('dialog h2', 'Session ended');
    await shows('undo-line [data-undo]', /^Undo (60|59|58) s$/);
    const [with_, without] = await page.evaluate(() => {
      const dialog = /** @type {Element} */ (document.querySelector('dialog[open]'));
      const line = /** @type {Element} */ (dialog.querySelector('undo-line'));
      const top = () => dialog.querySelector('.no')?.getBoundingClientRect().top;
      const there = top();
      line.remove();
      const gone = top();
      dialog.append(line);
      return [there, gone];
    });
    assert.equal(with_, without, 'no button moves from under a finger');
    assert.deepEqual(await violations(page), []);
    fx.lane.refusal = { status: 409, title: 'It is too late to undo that', detail: 'Start another.' };
    await page.click('undo-line [data-undo]');
    await shows('undo-line p', 'It is too late to undo that Start another.');
    fx.lane.refusal = null;
    await page.click('undo-line [data-undo]');
    await shows('undo-line p', 'Undone');
    assert.deepEqual(asked(), ['PATCH', '/api/lanes/lane1/sessions/ID', { state: 'reopened' }]);
    await has('dialog[open]', 0);
    await shows('.state b', 'Live');
    await shows('[data-sum=counted]', '12');
    await page.waitForSelector('[data-do=end]', { state: 'visible' });
    await has('undo-line', 0);
    assert.deepEqual(complaints.filter((c) => !/409/.test(c)), []);
  });

  test('what is offered stays when the dialog closes, and goes with the next session', async () => {
    await shooting({}, 3);
    await page.keyboard.press('e');
    await held('dialog .end');
    await page.click('dialog .no');
    await page.waitForSelector('.side > undo-line');
    await page.click('text=Start session');
    await page.waitForSelector('session-dialog dialog[open] [type=submit]');
    await has('dialog undo-line', 0);
    await page.click('dialog [type=submit]');
    await shows('undo-line p', 'Session started');
  });

  test('a start is undone until the first shot', async () => {
    await open();
    await page.click('text=Start session');
    await page.click('dialog [type=submit]');
    await shows('.state b', 'Live');
    await page.click('undo-line [data-undo]');
    await shows('.state b', 'Ready');
    assert.deepEqual(asked(), ['PATCH', '/api/lanes/lane1/sessions/ID', { state: 'discarded' }]);
    await page.click('text=Start session');
    await page.click('dialog [type=submit]');
    await page.waitForSelector('undo-line [data-undo]');
    fx.lane.shot(3, 4);
    await has('undo-line', 0);
    assert.deepEqual(complaints, []);
  });

  test('a shot that was taken back comes back', async () => {
    await shooting({}, 3);
    fx.lane.corrects = true;
    await page.keyboard.press('i');
    await page.click('shot-dialog .correct summary');
    await page.fill('shot-dialog [name=reason]', 'a fly');
    await page.click('shot-dialog .take');
    assert.equal(fx.lane.requests.length, 0, 'a short press takes nothing back');
    await held('shot-dialog .take');
    await shows('undo-line p', 'Shot 3 taken back');
    assert.deepEqual(asked()[2].what, 'remove');
    fx.lane.remove(3, 'a fly');
    await page.waitForSelector('shot-dialog [data-correct=restore]', { state: 'attached' });
    await page.click('undo-line [data-undo]');
    await shows('undo-line p', 'Undone');
    const { what, base, reason } = asked()[2];
    assert.deepEqual([what, base, reason], ['restore', fx.lane.doc.seq, 'a mistake']);
  });
});
