/* The pages say everything in every language, and nothing is left that nobody says. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MORE, translated } from '../../html/tongue.js';
import { TABLE as DE } from '../../html/de.js';
import { TABLE as DRILLS } from '../../html/de-drills.js';
import { TABLE as LIBRARY } from '../../html/de-library.js';
import { TABLE as SERVER } from '../../html/de-server.js';
import { Tongue } from '../../html/tongue.js';
import { allModules, leftIn, modulesOf, namesIn, pagesWithWords, saidByServer, sourceOf, staticNames, tablesByName } from './words.mjs';

/** Values of attributes, whose names are the same in every language. */
const MARKUP = new Set(['selected', 'required', 'checked', 'open', 'disabled']);

/** Nothing but values and units. */
const UNITS = /^[{}\d /Ø]*(mm)?$/;

const pages = pagesWithWords();
const more = Object.fromEntries(await Promise.all(Object.entries(MORE).map(async ([page, load]) =>
  [page, (await load()).TABLE])));

/** All that a page may say. @param {{ file: string, page: string }} of */
const wordsOf = ({ file, page }) => new Set([...staticNames(file), ...modulesOf(page).flatMap((m) => [...namesIn(m)])]
  .filter((name) => !MARKUP.has(name) && !UNITS.test(name)));

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
      assert.deepEqual(Object.keys(table).filter((name) => !said(name) || Object.hasOwn(DE, name)), [], page);
    }
  });

  test('have the same values in every language, and no markup', () => {
    const values = (/** @type {string} */ text) => (text.match(/\{\d+\}/g) ?? []).sort().join();
    for (const table of [DE, SERVER, DRILLS, LIBRARY, ...Object.values(more)]) {
      assert.deepEqual(Object.entries(table).filter(([en, de]) => values(en) !== values(de) || /[<>"]/.test(de) || de !== de.trim()), []);
    }
  });

  test('are nowhere left outside of html`...` and say`...`', () => {
    const modules = new Set(pages.flatMap(({ page }) => modulesOf(page)));
    assert.deepEqual([...modules].flatMap((m) => leftIn(m).map((words) => `${m}: ${words}`)), []);
  });

  test('that the server says are still its own', () => {
    const said = saidByServer();
    assert.deepEqual(Object.keys(SERVER).filter((name) => !said.has(name)), []);
    const tongue = new Tongue('de', SERVER);
    assert.equal(tongue.told('The picture is not sharp (printed edges are 4.5 px wide): focus on the target and lock the focus.'),
      'Das Bild ist unscharf (gedruckte Kanten sind 4,5 px breit): auf die Scheibe scharfstellen und den Fokus sperren.');
    assert.equal(tongue.told('no camera looks for shots on "IPSC 25.4 mm": they are added by hand'),
      'auf „IPSC 25.4 mm“ sucht keine Kamera nach Schüssen: sie werden von Hand eingetragen');
    assert.match(tongue.told('the reserve of 16 MB in /var/lib/gmshoot is used up, or there is no room for it: free some on that disk; '
      + 'until then shots are recorded, but their pictures are not kept'), /^die Reserve von 16 MB in \/var\/lib\/gmshoot ist/);
    assert.equal(tongue.told('Something 4.5 that nobody knows'), 'Something 4.5 that nobody knows');
  });

  test('of the drills are all there in German', () => {
    const { drills } = JSON.parse(sourceOf('../conf/advice.json'));
    const texts = drills.flatMap((/** @type {any} */ { title, text, aim, steps }) => [title, text, aim, ...steps]);
    const named = new Set(texts.map((/** @type {string} */ text) => {
      let n = 0;
      return text.replace(/\d+(\.\d+)?/g, () => `{${n++}}`);
    }));
    assert.deepEqual([...named].filter((name) => !Object.hasOwn(DRILLS, name)), []);
    assert.deepEqual(Object.keys(DRILLS).filter((name) => !named.has(name)), []);
  });

  test('of targets, courses and stages are all there in German, by their names', () => {
    /** @type {Set<string>} */
    const titles = new Set();
    for (const file of ['targets', 'courses']) {
      const text = sourceOf(`../conf/${file}.conf`);
      for (const [, name, block] of text.matchAll(/^gmshoot_(?:target|course)\s+([\w-]+) \{([^}]*)/gm)) {
        titles.add(`${name}: ${/^\s*title\s+"([^"]*)"/m.exec(block)?.[1]}`);
        for (const [, quoted, word] of block.matchAll(/^\s*stage\s+(?:"([^"]*)"|(\S+))/gm)) {
          titles.add(`stage: ${quoted ?? word}`);
        }
      }
    }
    assert.ok(titles.size > 50);
    const same = /: (?:NRA [SML]R-?\d?, \d+ yd|(?:\d: )?\d+ s)$/; /* nothing but names and figures */
    assert.deepEqual([...titles].filter((name) => !Object.hasOwn(LIBRARY, name) && !same.test(name)), []);
    assert.deepEqual(Object.keys(LIBRARY).filter((name) => !titles.has(name)), []);
    const tongue = new Tongue('de', LIBRARY);
    assert.equal(tongue.told('ISSF 10 m air pistol', 'issf-10m-air-pistol'), 'ISSF 10 m Luftpistole');
    assert.equal(tongue.told('Our own', 'issf-10m-air-pistol'), 'Our own', 'who gives another title keeps it');
  });

  for (const file of tablesByName()) {
    test(`of ${file} are the same in every language, and all said`, async () => {
      const { WORDS } = await import(`../../html/${file}`);
      const others = allModules().filter((m) => m !== file).map(sourceOf).join('\n');
      const said = (/** @type {string} */ name) => new RegExp(`['"\`.]${name}['"\`]|\\.${name}\\b`).test(others)
        || new RegExp(`\`${name.replace(/(\d+|(?<=^[a-z]+-).+)$/, '')}\\$\\{`).test(others);
      for (const [lang, words] of Object.entries(WORDS)) {
        assert.deepEqual(Object.keys(words).sort(), Object.keys(WORDS.en).sort(), lang);
      }
      assert.deepEqual(Object.keys(WORDS.en).filter((name) => !said(name)), []);
    });
  }

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
