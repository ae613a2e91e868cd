/*
 * What a schema of openapi.json says, in words.  Pure functions, no DOM.
 */

import { say } from './words.js';

/**
 * The part of the document that a $ref names, or the thing itself.
 *
 * @param {any} doc openapi.json
 * @param {any} thing
 * @returns {any} null where the $ref leads nowhere
 */
export function resolve(doc, thing) {
  let steps = 0;
  while (thing?.$ref) {
    if (++steps > 20) {
      return null; /* a circle */
    }
    thing = String(thing.$ref).replace(/^#\//, '').split('/')
      .reduce((part, name) => part?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], doc) ?? null;
  }
  return thing;
}

/** "Session" of "#/components/schemas/Session", '' for what has no name. @param {any} schema */
export const nameOf = (schema) => (schema?.$ref ? String(schema.$ref).split('/').pop() ?? '' : '');

/** @param {any} schema */
function bounds(schema) {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, minItems, maxItems } = schema;
  const words = [];
  if (minimum !== undefined && maximum !== undefined) {
    words.push(say`${minimum} to ${maximum}`);
  } else {
    words.push(minimum !== undefined && say`at least ${minimum}`, maximum !== undefined && say`at most ${maximum}`);
  }
  words.push(exclusiveMinimum !== undefined && say`above ${exclusiveMinimum}`,
    exclusiveMaximum !== undefined && say`below ${exclusiveMaximum}`,
    minLength > 1 && say`at least ${minLength} bytes`,
    maxLength !== undefined && say`at most ${maxLength} bytes`,
    minItems > 0 && say`at least ${minItems} of them`,
    maxItems !== undefined && say`at most ${maxItems} of them`,
    schema.pattern !== undefined && say`like ${schema.pattern}`,
    schema.default !== undefined && say`${JSON.stringify(schema.default)} if it is missing`);
  return words.filter(Boolean);
}

/**
 * "string, at most 63 bytes", "Session or null", "list of Shot".
 *
 * @param {any} schema
 * @returns {string}
 */
export function typeText(schema) {
  if (schema === true || schema === undefined) {
    return 'anything';
  }
  if (schema.$ref) {
    return nameOf(schema);
  }
  if (schema.const !== undefined) {
    return JSON.stringify(schema.const);
  }
  const one = schema.anyOf ?? schema.oneOf;
  if (one) {
    return one.map(typeText).join(' or ');
  }
  if (schema.allOf) {
    return schema.allOf.map(typeText).join(' with ');
  }
  if (schema.enum) {
    return schema.enum.map((/** @type {unknown} */ v) => JSON.stringify(v)).join(', ');
  }
  const types = [schema.type ?? 'anything'].flat().map((/** @type {string} */ type) =>
    (type === 'array' ? say`list of ${typeText(schema.items)}` : type));
  return [types.join(' or '), ...bounds(schema)].join(', ');
}

/**
 * Schemas with members of their own that stand inside a schema: what is worth
 * opening below it.
 *
 * @param {any} schema
 * @returns {any[]} a $ref stays a $ref
 */
export function inner(schema) {
  if (!schema || schema === true) {
    return [];
  }
  if (schema.$ref || schema.properties) {
    return [schema];
  }
  return [schema.items, schema.additionalProperties, ...(schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []),
    ...(schema.prefixItems ?? [])].flatMap(inner);
}

/**
 * Everything that can be asked for, in the order of the document.
 *
 * @param {any} doc openapi.json
 * @returns {{ method: string, path: string, tag: string, id: string, what: any, parameters: any[] }[]}
 */
export function operations(doc) {
  return Object.entries(doc.paths).flatMap(([path, /** @type {any} */ item]) =>
    ['get', 'post', 'put', 'patch', 'delete'].filter((method) => item[method]).map((method) => ({
      method, path, tag: item[method].tags?.[0] ?? '', id: item[method].operationId ?? `${method}${path}`,
      what: item[method],
      parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map((p) => resolve(doc, p)),
    })));
}

/**
 * The address that is asked for, with what was filled in; what was left empty
 * is left out.
 *
 * @param {string} path
 * @param {any[]} parameters
 * @param {Record<string, string>} values
 * @returns {string}
 */
export function address(path, parameters, values) {
  const query = new URLSearchParams();
  for (const p of parameters) {
    const value = values[p.name] ?? '';
    if (p.in === 'path') {
      path = path.replace(`{${p.name}}`, encodeURIComponent(value));
    } else if (p.in === 'query' && value !== '') {
      query.append(p.name, value);
    }
  }
  return query.size ? `${path}?${query}` : path;
}
