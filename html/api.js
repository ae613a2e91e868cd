/*
 * The lane's REST calls.  What they did arrives as events; only errors and a
 * few answers are used.
 */

import { say, told } from './words.js';

/** An answer that says no, as its problem document says it. */
export class ApiError extends Error {
  /** @param {string} title @param {string} detail @param {number} status */
  constructor(title, detail, status) {
    super(title);
    this.title = title;
    this.detail = detail;
    this.status = status;
  }
}

/** Longer than any command may take; finding the target is the slowest. */
const TIMEOUT_MS = 15000;

/** @param {string} lane @param {string} [rest] */
export function laneUrl(lane, rest = '') {
  return `/api/lanes/${encodeURIComponent(lane)}${rest}`;
}

/** One key for one wish of the user, so that a repeat is no second start.
 * (randomUUID is missing on plain http.) */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body]
 * @param {string} [key] Idempotency-Key
 * @returns {Promise<any>} the answer; throws ApiError
 */
export async function call(method, url, body, key) {
  /** @type {Record<string, string>} */
  const headers = { accept: 'application/json' };
  if (body !== undefined) {
    headers['content-type'] = 'application/json';
  }
  if (key) {
    headers['idempotency-key'] = key;
  }
  let response;
  try {
    response = await fetch(url, {
      method, headers, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(say`No answer`, say`The lane cannot be reached. Is the network there?`, 0);
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok || (!answer && response.status !== 204)) {
    throw problem(answer, response);
  }
  return answer;
}

/** What is no problem document comes from something between.
 * @param {any} doc @param {Response} response */
export function problem(doc, response) {
  if (!doc?.title) {
    return new ApiError(say`No answer`,
      say`Something else than the lane answers (${response.status}). Try again in a moment.`, response.status);
  }
  const fields = Array.isArray(doc.errors)
    ? doc.errors.map((/** @type {any} */ e) => `${e.pointer}: ${told(e.detail)}`) : [];
  const detail = [told(doc.detail), ...fields].filter(Boolean).join(' · ');
  return new ApiError(told(doc.title), detail, response.status);
}
