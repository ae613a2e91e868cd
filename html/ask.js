/*
 * Requests of the pages for who runs the range.  Unlike call() of api.js an
 * error keeps the fields that it points at, and nothing is sent that changes
 * something while the page is locked.
 */

import { ApiError, problem } from './api.js';
import { say, told } from './words.js';

/** Longer than any command may take. */
const TIMEOUT_MS = 15000;

/** type: the word behind the # of the problem's; '' of a lock or of silence.
 * @typedef {ApiError & { errors: { pointer: string, detail: string }[], type: string }} Refusal */

/** Set by the page when nobody has touched it for long. */
export const lock = { on: false };

/** @param {string} title @param {string} detail @param {number} status
 * @param {{ pointer: string, detail: string }[]} [errors] @param {string} [type] @returns {Refusal} */
function refusal(title, detail, status, errors = [], type = '') {
  return Object.assign(new ApiError(title, detail, status), { errors, type });
}

/** Nobody there, or somebody else than GMShoot: one sentence for all of them. */
const silent = (/** @type {number} */ status) => refusal(say`GMShoot does not answer just now`,
  say`Nothing was changed that you do not see here. Try again in a moment.`, status);

/** Worth another try by itself. @param {unknown} error */
export const passing = (error) => !(error instanceof ApiError) || error.status === 0 || error.status >= 500;

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body]
 * @param {string} [key] Idempotency-Key
 * @param {string} [version] If-Match
 * @returns {Promise<any>} the answer, null for an empty one; throws a Refusal
 */
export async function ask(method, url, body, key, version) {
  if (lock.on && method !== 'GET') {
    throw refusal(say`The page is locked`, say`Unlock it first.`, 409);
  }
  const response = await fetch(url, {
    method, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key && { 'idempotency-key': key }),
      ...(version && { 'if-match': version }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch(() => null);
  if (!response) {
    throw silent(0);
  }
  const text = await response.text().catch(() => '');
  const answer = parsed(text);
  if (response.status === 204) {
    return null;
  }
  if (answer === undefined || response.status >= 500) {
    throw silent(response.ok ? 502 : response.status);
  }
  if (!response.ok) {
    const { title, status } = problem(answer, response);
    throw refusal(title, told(String(answer?.detail ?? '')), status,
      Array.isArray(answer?.errors) ? answer.errors.map((/** @type {any} */ e) => ({ ...e, detail: told(e.detail) })) : [],
      String(answer?.type ?? '').replace(/^.*#/, ''));
  }
  return answer;
}

/** @param {string} text @returns {any} undefined: not JSON */
function parsed(text) {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
