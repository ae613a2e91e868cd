/* What no lane of this version says, on the shooter's page. */

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { close, complaints, fx, has, open, page, shooting, shows } from './opened.mjs';

/** What stands between may answer so: a portal, a proxy, a process that is
 * gone. @type {{ name: string, answer: any }[]} */
const OTHERS = [
  { name: 'a page of HTML', answer: { status: 200, contentType: 'text/html', body: '<!doctype html><p>Log in</p>' } },
  { name: 'nothing', answer: { status: 200, body: '' } },
  { name: '503 without a word', answer: { status: 503, body: '' } },
  { name: 'a gateway’s page', answer: { status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' } },
];

describe('what is strange', () => {
  afterEach(close);

  test('unknown events and fields are ignored, and what follows is taken', async () => {
    await shooting({}, 2);
    fx.lane.publish('weather', { wind_mps: 3 }, false);
    fx.lane.publish('shot.tasted', { session: fx.lane.doc.session.id, n: 1, flavour: 'lead' }, true);
    fx.lane.publish('session', { state: 'enchanted', session: fx.lane.doc.session.id }, true);
    fx.lane.shot(0, 0, { smell: ['powder'], sighter: false });
    fx.lane.status({ mood: { of: 'the lane' } });
    await shows('.last .value', '10.9');
    await shows('[data-sum=counted]', '3');
    await shows('.state b', 'Live');
    assert.deepEqual(complaints, []);
  });

  for (const { name, answer } of OTHERS) {
    test(`${name} in place of an answer is one sentence, and it is tried again`, async () => {
      await open();
      await page.route('**/api/lanes/*/session', (route) => route.fulfill(answer));
      await page.click('text=Start session');
      await page.click('dialog [type=submit]');
      await shows('dialog .error',
        `No answer Something else than the lane answers (${answer.status}). Try again in a moment.`);
      await page.unroute('**/api/lanes/*/session');
      await page.click('dialog [type=submit]');
      await shows('.state b', 'Live');
    });

    test(`${name} in place of the stream and the lanes is a lost connection, until they are back`, async () => {
      await open({}, () => {});
      await shows('.state b', 'Ready');
      await page.route(/\/api\/lanes(\/lane1\/events)?$/, (route) => route.fulfill(answer));
      fx.lane.drop();
      await page.reload();
      await shows('.state b', 'Connection lost');
      await shows('lane-banner .lost', /^Connection lost\. +Trying again…$/);
      await has('lane-banner .refused:not([hidden])', 0);
      await page.unroute(/\/api\/lanes(\/lane1\/events)?$/);
      await shows('.state b', 'Ready');
    });
  }
});
