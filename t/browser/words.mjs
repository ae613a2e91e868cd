/*
 * What the pages say: the words of their templates, as the tables of other
 * languages name them.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { nameOf, translated } from '../../html/tongue.js';

export const PAGES = fileURLToPath(new URL('../../html/', import.meta.url));

/** @param {string} file */
export const sourceOf = (file) => readFileSync(join(PAGES, file), 'utf8');

/** The words around {0}, {1}... of a template. @param {ts.TemplateLiteral} template */
const textOf = (template) => (ts.isNoSubstitutionTemplateLiteral(template) ? template.text
  : template.templateSpans.reduce((text, span, i) => `${text}{${i}}${span.literal.text}`, template.head.text));

/** @param {string} file @param {(node: ts.Node) => void} visit */
export function walk(file, visit) {
  const source = ts.createSourceFile(file, sourceOf(file), ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const each = (/** @type {ts.Node} */ node) => {
    visit(node);
    ts.forEachChild(node, each);
  };
  each(source);
}

/** The names of all words in a module's html`...` and say`...`. @param {string} file @returns {Set<string>} */
export function namesIn(file) {
  /** @type {Set<string>} */
  const names = new Set();
  const add = (/** @type {string} */ name) => {
    names.add(name);
    return name;
  };
  walk(file, (node) => {
    if (ts.isTaggedTemplateExpression(node)) {
      const tag = node.tag.getText();
      if (tag === 'html') {
        translated(textOf(node.template), add);
      } else if (tag === 'say') {
        add(nameOf(textOf(node.template)));
      }
    }
  });
  return names;
}

/** Pages that name their module: the words of these stand in English in the code.
 * @returns {{ file: string, page: string }[]} */
export const pagesWithWords = () => readdirSync(PAGES).filter((f) => f.endsWith('.html'))
  .map((file) => ({ file, page: /<html[^>]* data-page="(\w+)"/.exec(sourceOf(file))?.[1] ?? '' }))
  .filter(({ page }) => page);

/** What stands in the page itself. @param {string} file */
export function staticNames(file) {
  /** @type {Set<string>} */
  const names = new Set();
  translated(sourceOf(file).replaceAll('&amp;', '&').replace(/<!.*?>|<title>.*?<\/title>|<noscript>.*?<\/noscript>/gs, ''), (name) => {
    names.add(name);
    return name;
  });
  names.delete('GMShoot');
  return names;
}

/** A module and all that it fetches, at once or later. @param {string} page @returns {string[]} */
export function modulesOf(page) {
  /** @type {Set<string>} */
  const found = new Set();
  const take = (/** @type {string} */ name) => {
    const file = `${name}.js`;
    if (found.has(file) || !existsSync(join(PAGES, file)) || LANGUAGE.has(name)) {
      return;
    }
    found.add(file);
    walk(file, (node) => {
      const some = ts.isTemplateExpression(node) && /^\.\/(\w+-)\{0\}\.js$/.exec(textOf(node));
      if (some) {
        readdirSync(PAGES).filter((f) => f.startsWith(some[1]) && f.endsWith('.js')).forEach((f) => take(f.slice(0, -3)));
      } else if (ts.isStringLiteralLike(node)) {
        const [, file, element] = /^(?:\.\/([\w-]+\.js)|(\w+(?:-\w+)+))$/.exec(node.text) ?? [];
        take((file ?? element ?? '').replace(/\.js$/, ''));
      }
    });
  };
  take(page);
  take('install'); /* any page over https */
  return [...found];
}

/** They hold the words of other languages, and fetch any page's. */
const LANGUAGE = new Set(['words', 'tongue']);

/** Calls whose strings are names of things, not words. */
const NAMING = /^(find|querySelector(All)?|closest|matches|getAttribute|(set|remove|toggle)Attribute|createElement(NS)?|addEventListener|import|style|call|ask|laneUrl|getItem|setItem|define|replace|toggle|add|insertAdjacentHTML|Error|Event|CustomEvent|includes|startsWith|chip|button|switch|get|has|append|split|join|exec|test|matchMedia|getPropertyValue|getContext|setTimeout|open|URL)$/;

/** The texts of the programs, joined as C joins them, with the values out of them.
 * @returns {Set<string>} */
export function saidByServer() {
  const files = ['worker', 'ngx_module'].flatMap((dir) => readdirSync(join(PAGES, '..', dir), { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.c')).map((f) => join(PAGES, '..', dir, f)));
  return new Set(files.flatMap((f) => [...readFileSync(f, 'utf8').matchAll(/(?:"(?:[^"\\\n]|\\.)*"\s*)+/g)].map(([text]) => {
    let n = 0;
    return text.replace(/"\s*"/g, '').trim().slice(1, -1).replaceAll('\\"', '"')
      .replace(/%%|%[-.\d]*(?:l|z|h)*[a-z]|\d+(?:\.\d+)?/g, (v) => (v === '%%' ? '%' : `{${n++}}`));
  })));
}

/** @returns {string[]} */
export const allModules = () => readdirSync(PAGES).filter((f) => f.endsWith('.js'));

/** Modules that hold the words of some parts by their names, in every language. */
export const tablesByName = () => allModules().filter((f) => /^export const WORDS\b/m.test(sourceOf(f)));

/** Names that look like words, and the languages by their own. */
const NAMES = new Set(['ring light', 'ring inner light', 'ring inner', 'number light', 'fit mark', 'tip urgent', 'tick at', 'NotReadableError', 'Deutsch', 'English']);

/** Words that no table of another language can name. @param {string} file @returns {string[]} */
export function leftIn(file) {
  if (/^export const WORDS\b/m.test(sourceOf(file))) {
    return []; /* a table of every language */
  }
  /** @type {string[]} */
  const left = [];
  walk(file, (node) => {
    const words = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) ? node.text
      : ts.isTemplateExpression(node) ? textOf(node) : '';
    if (/^[A-Z][a-z]{2}|[a-z]{2} [a-z]{2}|[a-z]{3}\.$/.test(words) && !/[<>[\]=#;]|--|\w\/\w|^\/|^\w+\(|, ?\w+:/.test(words) && !NAMES.has(words) && isSaid(node)) {
      left.push(words);
    }
  });
  return left;
}

/** @param {ts.Node} node */
function isSaid(node) {
  const { parent } = node;
  if (ts.isTaggedTemplateExpression(parent) || ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)
      || ts.isCaseClause(parent) || ts.isElementAccessExpression(parent)
      || (ts.isPropertyAssignment(parent) && parent.name === node)
      || (ts.isBinaryExpression(parent) && /^[!=]==$/.test(parent.operatorToken.getText()))) {
    return false;
  }
  for (let p = parent; p; p = p.parent) {
    if (ts.isCallExpression(p) || ts.isNewExpression(p)) {
      return !NAMING.test(p.expression.getText().replace(/^.*\./s, ''));
    }
    if (ts.isArrowFunction(p) || ts.isStatement(p)) {
      return true;
    }
  }
  return true;
}
