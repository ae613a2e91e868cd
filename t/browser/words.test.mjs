/* The pages say everything in every language, and nothing is left that nobody says. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MORE, translated } from '../../html/tongue.js';
import { TABLE as DE } from '../../html/de.js';
import { leftIn, modulesOf, namesIn, pagesWithWords, staticNames } from './words.mjs';

/** Values of attributes, whose names are the same in every language. */
const MARKUP = new Set(['selected', 'required', 'checked']);

const pages = pagesWithWords();
const more = Object.fromEntries(await Promise.all(Object.entries(MORE).map(async ([page, load]) =>
  [page, (await load()).TABLE])));

/** All that a page may say. @param {{ file: string, page: string }} of */
const wordsOf = ({ file, page }) => new Set([...staticNames(file), ...modulesOf(page).flatMap((m) => [...namesIn(m)])]
  .filter((name) => !MARKUP.has(name)));

describe('the words', () => {
  for (const of of pages) {
    test(`of ${of.file} are all there in German`, () => {
      const table = { ...DE, ...more[of.page] };
      assert.deepEqual([...wordsOf(of)].filter((name) => !Object.hasOwn(table, name)), []);
    });
  }

  test('that stand in a table are said somewhere', () => {
    const all = new Map(pages.map((of) => [of.page, wordsOf(of)]));
    const said = (/** @type {string} */ name) => [...all.values()].some((words) => words.has(name));
    assert.deepEqual(Object.keys(DE).filter((name) => !said(name)), []);
    for (const [page, table] of Object.entries(more)) {
      assert.deepEqual(Object.keys(table).filter((name) => !all.get(page)?.has(name) || Object.hasOwn(DE, name)), [], page);
    }
  });

  test('have the same values in every language, and no markup', () => {
    const values = (/** @type {string} */ text) => (text.match(/\{\d+\}/g) ?? []).sort().join();
    for (const table of [DE, ...Object.values(more)]) {
      assert.deepEqual(Object.entries(table).filter(([en, de]) => values(en) !== values(de) || /[<>&"]/.test(de) || de !== de.trim()), []);
    }
  });

  test('are nowhere left outside of html`...` and say`...`', () => {
    const modules = new Set(pages.flatMap(({ page }) => modulesOf(page)));
    assert.deepEqual([...modules].flatMap((m) => leftIn(m).map((words) => `${m}: ${words}`)), []);
  });

  test('of markup are found between tags and in what is read out', () => {
    /** @type {string[]} */
    const found = [];
    translated('<p title="A tip" class="b">One {1} of {3}<b>{4}</b> &nbsp; two\n  three</p>', (name) => {
      found.push(name);
      return name;
    });
    assert.deepEqual(found, ['A tip', 'One {0} of {1}', '&nbsp; two three']);
  });
});
