/* What the page of the API makes of openapi.json, without a browser. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { address, inner, nameOf, operations, resolve, typeText } from '../../html/reference-schema.js';

const doc = JSON.parse(readFileSync(new URL('../../html/openapi.json', import.meta.url), 'utf8'));

describe('the reference of the API', () => {
  for (const [schema, text] of /** @type {[any, string][]} */ ([
    [{ type: 'string', maxLength: 63 }, 'string, at most 63 bytes'],
    [{ type: ['number', 'null'], minimum: 0, maximum: 2 }, 'number or null, 0 to 2'],
    [{ type: 'integer', exclusiveMinimum: 0 }, 'integer, above 0'],
    [{ type: 'array', items: { $ref: '#/components/schemas/Shot' }, maxItems: 4 }, 'list of Shot, at most 4 of them'],
    [{ anyOf: [{ $ref: '#/components/schemas/Session' }, { type: 'null' }] }, 'Session or null'],
    [{ enum: ['a', 1] }, '"a", 1'],
    [{ const: true }, 'true'],
    [true, 'anything'],
    [{ description: 'whatever' }, 'anything'],
  ])) {
    test(`says ${text}`, () => assert.equal(typeText(schema), text));
  }

  test('follows every reference of the document, and none for ever', () => {
    const asked = JSON.stringify(doc).match(/"\$ref":"[^"]+"/g) ?? [];
    assert.ok(asked.length > 500);
    for (const ref of new Set(asked)) {
      assert.ok(resolve(doc, JSON.parse(`{${ref}}`)), ref);
    }
    const circle = { a: { $ref: '#/b' }, b: { $ref: '#/a' } };
    assert.equal(resolve(circle, circle.a), null);
    assert.equal(resolve(doc, { $ref: '#/components/nowhere/x' }), null);
  });

  test('lists everything that can be asked for, in parts that have a title', () => {
    const all = operations(doc);
    const written = Object.values(doc.paths).flatMap((item) => Object.values(item).filter((o) => o.operationId));
    assert.equal(all.length, written.length);
    assert.equal(new Set(all.map((o) => o.id)).size, all.length);
    const tags = new Set(doc.tags.map((/** @type {any} */ t) => t.name));
    assert.deepEqual(all.filter((o) => !tags.has(o.tag)).map((o) => o.path), []);
    assert.ok(all.find((o) => o.id === 'getLane')?.parameters.some((p) => p.name === 'lane' && p.in === 'path'));
  });

  test('opens what has members, however deep it stands', () => {
    const shot = { $ref: '#/components/schemas/Shot' };
    const own = { type: 'object', properties: { a: { type: 'string' } } };
    assert.deepEqual(inner({ type: 'array', items: { anyOf: [shot, own, { type: 'null' }] } }), [shot, own]);
    assert.deepEqual(inner({ type: 'string' }), []);
    assert.equal(nameOf(shot), 'Shot');
  });

  test('asks for what was filled in', () => {
    const parameters = [{ name: 'lane', in: 'path' }, { name: 'limit', in: 'query' }, { name: 'day', in: 'query' },
      { name: 'Idempotency-Key', in: 'header' }];
    assert.equal(address('/api/lanes/{lane}/shots', parameters, { lane: 'a b/c', limit: '5', 'Idempotency-Key': 'x' }),
      '/api/lanes/a%20b%2Fc/shots?limit=5');
    assert.equal(address('/api/lanes/{lane}', parameters, { lane: 'lane1', limit: '' }), '/api/lanes/lane1');
  });
});
