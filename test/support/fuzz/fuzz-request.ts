import fc from 'fast-check';
import type { ApiDocument, ApiOperation, ApiParameter } from './api-document.js';
import { hostileBytes, hostileText, hostileValue } from './hostile-values.js';
import { mutated } from './mutated.js';
import { idIn, realText } from './real-values.js';
import { SchemaValues } from './schema-values.js';

export const callers = ['admin', 'developer', 'viewer', 'key', 'nobody', 'garbage'] as const;
export type Caller = (typeof callers)[number];

/** A request to an operation; `~…~` in it is filled in when it is sent. */
export interface FuzzRequest {
  readonly caller: Caller;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON to send, bytes as they are, or undefined for no body. */
  readonly body: { readonly json: unknown } | { readonly bytes: Buffer } | undefined;
}

const caller = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Caller>('admin') },
  { weight: 3, arbitrary: fc.constantFrom<Caller>('developer', 'key') },
  { weight: 2, arbitrary: fc.constantFrom<Caller>('viewer', 'nobody', 'garbage') },
);

/** What proxies and clients send besides. */
const otherHeaders = [
  ...['Accept', 'Accept-Encoding', 'User-Agent', 'X-Request-Id', 'X-Forwarded-For', 'Range'],
  ...['Origin', 'Cookie', 'If-Modified-Since', 'Traceparent', 'X-HTTP-Method-Override'],
];

/** Segments that only a hand-written request has: they are sent as they are. */
const rawSegments = [
  '%zz',
  '%',
  '%00',
  '%ff',
  '%c0%af',
  '..',
  '%2e%2e',
  '%2F',
  ';x=1',
  'x'.repeat(1500),
];

/** Where a request has something wrong with it: in one part, or nothing else is ever reached. */
type Fault = 'path' | 'query' | 'headers' | 'body' | undefined;

/** Requests to one operation: half of them what it describes, half of them with something wrong. */
export function fuzzRequests(api: ApiDocument, operation: ApiOperation): fc.Arbitrary<FuzzRequest> {
  const faulty = faultsOf(operation).map((fault) => requestsTo(api, operation, fault));
  return fc.oneof(requestsTo(api, operation, undefined), fc.oneof(...faulty));
}

/** @param fault where each of them has something wrong with it; undefined for nowhere */
export function requestsTo(
  { schemas }: ApiDocument,
  operation: ApiOperation,
  fault: Fault,
): fc.Arbitrary<FuzzRequest> {
  const values = new SchemaValues(schemas);
  return fc
    .record({
      caller,
      path: pathOf(operation, fault === 'path'),
      query: queryOf(values, operation, fault === 'query'),
      headers: headersOf(operation, fault === 'headers'),
      body: bodyOf(values, operation, fault === 'body'),
      type: fault === 'body' ? contentType : fc.constant('application/json'),
    })
    .map(({ path, query, headers, body, type, ...rest }) => ({
      ...rest,
      method: operation.method,
      path: path + query,
      headers: { ...headers, ...(body && { 'Content-Type': type }) },
      body,
    }));
}

function faultsOf({ method, path, parameters, body }: ApiOperation): readonly Fault[] {
  const hasQuery = method === 'GET' || parameters.some((parameter) => parameter.in === 'query');
  return [
    'headers',
    ...(path.includes('{') ? (['path'] as const) : []),
    ...(hasQuery ? (['query'] as const) : []),
    ...(method === 'GET' ? [] : (['body'] as const)),
    // The richest part of a request.
    ...(body ? (['body'] as const) : []),
  ];
}

const contentType = fc.oneof(
  { weight: 9, arbitrary: fc.constant('application/json') },
  { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/x-ndjson', 'x', 'a/b;c') },
);

const sometimes = <T>(isHostile: boolean, good: fc.Arbitrary<T>, bad: fc.Arbitrary<T>) =>
  isHostile ? fc.oneof(good, bad) : good;

/** What may be left out, and is as a rule. */
const rarely = <T>(given: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: given });

/** With one hostile segment, if any: a second one would hide what comes of the first. */
function pathOf({ path }: ApiOperation, isHostile: boolean): fc.Arbitrary<string> {
  const segments = path.split('/');
  const places = segments.flatMap((segment, index) => (segment.startsWith('{') ? [index] : []));
  const hostilePlace = isHostile ? fc.constantFrom(...places) : fc.constant(-1);
  return hostilePlace.chain((place) =>
    fc
      .tuple(
        ...segments.map((segment, index) => {
          if (!places.includes(index)) return fc.constant(segment);
          return index === place ? hostileSegment : realSegment(segment, segments[index - 1]!);
        }),
      )
      .map((filled) => filled.join('/')),
  );
}

const hostileSegment = fc.oneof(
  { weight: 4, arbitrary: hostileText.map(encode) },
  { weight: 1, arbitrary: fc.constantFrom(...rawSegments) },
);

function realSegment(parameter: string, list: string): fc.Arbitrary<string> {
  const name = parameter.slice(1, -1);
  return name === 'id' ? fc.constant(idIn(list)) : realText(name).map(encode);
}

function queryOf(
  values: SchemaValues,
  { parameters }: ApiOperation,
  isHostile: boolean,
): fc.Arbitrary<string> {
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const pairs = inQuery.map((parameter) => queryParameter(values, parameter, isHostile));
  const strange = fc.tuple(hostileText, hostileText).map(([name, text]) => [pair(name, text)]);
  return fc
    .tuple(...pairs, sometimes<readonly string[]>(isHostile, fc.constant([]), strange))
    .map((lists) => lists.flat().join('&'))
    .map((query) => (query === '' ? '' : `?${query}`));
}

function queryParameter(
  values: SchemaValues,
  { name, required, schema }: ApiParameter,
  isHostile: boolean,
): fc.Arbitrary<readonly string[]> {
  const good = values.of(schema, name).map((value) => [value].flat().map(String));
  const bad = fc.array(hostileText, { minLength: 1, maxLength: 2 });
  const given = sometimes(isHostile, good, bad).map((texts) =>
    texts.map((text) => pair(name, text)),
  );
  return required ? given : rarely(given).map((pairs) => pairs ?? []);
}

function headersOf(
  { parameters }: ApiOperation,
  isHostile: boolean,
): fc.Arbitrary<Readonly<Record<string, string>>> {
  const declared = parameters
    .filter((parameter) => parameter.in === 'header')
    .map(({ name }) => [name, rarely(sometimes(isHostile, realText(name), hostileText))] as const);
  const others = isHostile ? otherHeaders.map((name) => [name, rarely(hostileText)] as const) : [];
  return fc
    .record(Object.fromEntries([...declared, ...others]))
    .map((headers) =>
      Object.fromEntries(
        Object.entries(headers).filter((header): header is [string, string] =>
          isHeaderValue(header[1]),
        ),
      ),
    );
}

/** What a client lets through; bytes that are no HTTP at all are another test's. */
const isHeaderValue = (text: unknown) =>
  typeof text === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(text);

function bodyOf(
  values: SchemaValues,
  { body }: ApiOperation,
  isHostile: boolean,
): fc.Arbitrary<FuzzRequest['body']> {
  const json = (value: fc.Arbitrary<unknown>) => value.map((one) => ({ json: one }));
  if (!body) return isHostile ? json(hostileValue) : fc.constant(undefined);
  const valid = values.of(body, String(body.$ref).split('/').at(-1)!);
  if (!isHostile) return json(valid);
  return fc.oneof(
    { weight: 8, arbitrary: json(mutated(valid)) },
    { weight: 1, arbitrary: hostileBytes.map((bytes) => ({ bytes })) },
  );
}

const pair = (name: string, text: string) => `${encode(name)}=${encode(text)}`;

/** Lone surrogates, which no URL can hold, come as the bytes that some programs make of them. */
function encode(text: string): string {
  return Array.from(text, (character) =>
    character.isWellFormed() ? encodeURIComponent(character) : '%ED%A0%80',
  ).join('');
}
