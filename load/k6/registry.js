import http from 'k6/http';
import { check } from 'k6';
import exec from 'k6/execution';

/*
 * What the scenarios know of promptd. The runner (`npm run load -- NAME`) says where it is and has
 * filled it: prompts many/1 to many/PROMPTS with versions 1.0.0 to 1.0.2, the newest of them live.
 */

const url = setting('PROMPTD_URL');
const key = setting('PROMPTD_KEY');
const project = setting('PROMPTD_PROJECT');
export const prompts = Number(setting('PROMPTD_PROMPTS'));

/** How long a scenario runs, as k6 writes it. */
export const duration = __ENV.DURATION ?? '30s';

/** What every scenario is held to besides its own limits. */
export const correctness = {
  checks: ['rate==1'],
  http_req_failed: ['rate<0.001'],
};

/**
 * @param {string} name
 * @returns {string}
 */
function setting(name) {
  const value = __ENV[name];
  if (value === undefined) throw new Error(`${name} is not set: start this with npm run load`);
  return value;
}

/**
 * @param {string} name
 * @param {Record<string, string>} [headers]
 */
function params(name, headers = {}) {
  return {
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers },
    // One name for all URLs of a kind, or k6 keeps a metric for each prompt.
    tags: { name },
  };
}

/** @param {string} prompt */
const path = (prompt) => `${url}/v1/projects/${project}/prompts/${encodeURIComponent(prompt)}`;

/** A name that is there, any as likely as another. */
export function anyPrompt() {
  return `many/${1 + Math.floor(Math.random() * prompts)}`;
}

/**
 * Reads a version and checks the answer.
 *
 * @param {string} prompt
 * @param {string} selector
 * @param {string} [etag] of an answer before
 */
export function read(prompt, selector, etag) {
  /** @type {Record<string, string>} */
  const headers = etag === undefined ? {} : { 'If-None-Match': etag };
  const answer = http.get(
    `${path(prompt)}/versions/${encodeURIComponent(selector)}`,
    params('read', headers),
  );
  check(answer, {
    'is 200 or 304': ({ status }) => status === 200 || (etag !== undefined && status === 304),
    'has an ETag': ({ headers: told }) => /^"sha256:[0-9a-f]{64}-\d+"$/.test(told.Etag ?? ''),
    'is the prompt that was asked for': ({ status, body }) =>
      status === 304 || String(body).includes(`"name":"${prompt}"`),
  });
  return answer;
}

/** @param {string} query such as `limit=50` */
export function list(query) {
  const answer = http.get(`${url}/v1/projects/${project}/prompts?${query}`, params('list'));
  check(answer, {
    'is a page': ({ status, body }) => status === 200 && String(body).includes('"items"'),
  });
  return answer;
}

/**
 * Publishes text that was never published before.
 *
 * @param {string} prompt
 * @param {object} [fields] besides content and bump
 */
export function publish(prompt, fields = {}) {
  const { idInTest } = exec.vu;
  const text = `Take ${idInTest}-${exec.vu.iterationInInstance}-${Date.now()}-${Math.random()}.`;
  const body = { content: { kind: 'text', text }, bump: 'auto', ...fields };
  return http.post(`${path(prompt)}/versions`, JSON.stringify(body), params('publish'));
}

/**
 * @param {string} prompt
 * @param {string} label
 * @param {object} move
 */
export function moveLabel(prompt, label, move) {
  return http.put(`${path(prompt)}/labels/${label}`, JSON.stringify(move), params('move label'));
}

/**
 * Every ordinal of a prompt, newest first.
 *
 * @param {string} prompt
 * @returns {number[]}
 */
export function ordinals(prompt) {
  /** @type {number[]} */
  const found = [];
  let cursor = '';
  do {
    const answer = http.get(`${path(prompt)}/versions?limit=200${cursor}`, params('versions'));
    const page = /** @type {{ items: { ordinal: number }[], nextCursor: string | null }} */ (
      /** @type {unknown} */ (answer.json())
    );
    found.push(...page.items.map(({ ordinal }) => ordinal));
    cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
  } while (cursor !== '');
  return found;
}
