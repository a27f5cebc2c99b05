import type { ValueSchema } from '../package/manifest.js';
import { valueFault } from '../package/value-check.js';
import { wrongAnswer } from './failed-call.js';

/** What goes out. */
export interface EndpointAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for an answer without a body. */
  readonly text: string | undefined;
}

const parts = new Set(['status', 'headers', 'body']);
const lowestStatus = 200;
const highestStatus = 499;
/** HTTP gives these no body. */
const bodiless = new Set([204, 205, 304]);

const json = 'application/json';
/** SECURITY: nothing that a browser runs or draws; `nosniff` keeps it from guessing. */
const textTypes = ['text/plain', 'text/markdown', 'text/csv'];
const contentType = /^([a-z]+\/[a-z]+)(?: *; *charset="?utf-8"?)?$/i;
const contentLanguage = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,8}$/;

/**
 * What a plugin answered, as it may go out: of its headers only `content-type` and
 * `content-language`, of which neither can be anything but what it says.
 *
 * @param output the schema that the endpoint declares for what it answers when it succeeds
 * @throws plugin-failed
 */
export function endpointAnswer(
  plugin: string,
  value: unknown,
  output: ValueSchema | undefined,
): EndpointAnswer {
  const answer = objectOf(plugin, value, 'Its answer');
  const unknown = Object.keys(answer).some((part) => !parts.has(part));
  if (unknown) throw wrongAnswer(plugin, 'Its answer has more than status, headers and body.');
  const status = statusOf(plugin, answer.status);
  const headers = headersOf(plugin, answer.headers);
  const body = answer.body;
  if (output && status < 300 && valueFault(output, body ?? null)) {
    throw wrongAnswer(plugin, 'Its answer does not fit the schema that it declares.');
  }
  if (body === undefined || bodiless.has(status)) {
    return { status, headers: headers.others, text: undefined };
  }
  const type = typeOf(plugin, headers.type, typeof body === 'string');
  return {
    status,
    headers: { ...headers.others, 'Content-Type': `${type}; charset=utf-8` },
    text: typeof body === 'string' ? body.toWellFormed() : JSON.stringify(body),
  };
}

function objectOf(plugin: string, value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw wrongAnswer(plugin, `${what} is not an object.`);
}

function statusOf(plugin: string, status: unknown): number {
  const isGood =
    Number.isInteger(status) &&
    (status as number) >= lowestStatus &&
    (status as number) <= highestStatus;
  if (isGood) return status as number;
  throw wrongAnswer(
    plugin,
    `Its status is no whole number from ${lowestStatus} to ${highestStatus}.`,
  );
}

interface GivenHeaders {
  readonly type: string | undefined;
  readonly others: Readonly<Record<string, string>>;
}

function headersOf(plugin: string, given: unknown): GivenHeaders {
  let type: string | undefined;
  let language: string | undefined;
  if (given !== undefined) {
    for (const [name, value] of Object.entries(objectOf(plugin, given, 'Its headers'))) {
      if (typeof value !== 'string') throw wrongAnswer(plugin, 'A header of it is no text.');
      if (name.toLowerCase() === 'content-type') type = value;
      if (name.toLowerCase() === 'content-language') language = value;
    }
  }
  if (language !== undefined && !contentLanguage.test(language)) {
    throw wrongAnswer(plugin, 'Its content-language is not one.');
  }
  return { type, others: language === undefined ? {} : { 'Content-Language': language } };
}

function typeOf(plugin: string, given: string | undefined, isText: boolean): string {
  if (given === undefined) return isText ? 'text/plain' : json;
  const type = contentType.exec(given)?.[1]?.toLowerCase();
  const known = isText ? textTypes : [json];
  if (type !== undefined && known.includes(type)) return type;
  throw wrongAnswer(plugin, `Its content-type is none of ${known.join(', ')}, which its body is.`);
}
