import type { IncomingHttpHeaders } from 'node:http';
import { notFound, payloadTooLarge, validationFailed } from '../../platform/errors/index.js';

/** An HTTP request to a plugin, as far as a plugin is concerned. */
export interface EndpointRequest {
  /** HEAD is asked as GET. */
  readonly method: string;
  /** Below `/v1/plugins/<name>`, in the encoding of an address. */
  readonly path: string;
  /** The segments of `path`, decoded. */
  readonly segments: readonly string[];
  /** Whose project; it is promptd's and not in `query`. */
  readonly project: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Null when there was none. */
  readonly body: unknown;
}

export interface HttpRequestParts {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export const maxBodyBytes = 256 * 1024;

/** SECURITY: a list of what a plugin may see, so that no header with a credential is forgotten. */
const seenHeaders = [
  'accept',
  'accept-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'prefer',
  'user-agent',
] as const;

/** `/v1/plugins/<name>/…`, where the name may be encoded too. */
const belowName = /^\/[^/]+\/[^/]+\/[^/]+(\/[^?]*)/;

/** @throws not-found, validation-failed, payload-too-large */
export function endpointRequest({ method, url, headers, body }: HttpRequestParts): EndpointRequest {
  const path = belowName.exec(url)?.[1] ?? '/';
  const { project, ...query } = queryOf(url);
  refuseLarge(headers['content-length'], body);
  return {
    method: method === 'HEAD' ? 'GET' : method,
    path,
    segments: segmentsOf(path),
    project,
    query,
    headers: headersOf(headers),
    body: body ?? null,
  };
}

/**
 * The request as a generated client means it, which encodes the whole path as the one parameter `path`:
 * `/greetings%2Fada` for `/greetings/ada`. Undefined for a path that was sent in several segments or
 * without an encoded slash, whose meaning is settled.
 *
 * @throws not-found
 */
export function unfolded(request: EndpointRequest): EndpointRequest | undefined {
  const [only, ...others] = request.segments;
  if (only === undefined || others.length > 0 || !only.includes('/')) return undefined;
  const segments = segmentsOf(`/${only}`);
  return { ...request, segments, path: `/${segments.map(encodeURIComponent).join('/')}` };
}

/** SECURITY: what follows a `-` is promptd's own, however it was spelled. */
function segmentsOf(path: string): readonly string[] {
  const segments = path.slice(1).split('/').map(decoded);
  const isOdd = segments.some(
    (one) => one === '' || one === '.' || one === '..' || one.includes('\0'),
  );
  if (isOdd || segments[0] === '-') throw noSuchPath();
  return segments;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw noSuchPath();
  }
}

export function noSuchPath() {
  return notFound('The plugin has no endpoint at this path, or the caller may not see it.');
}

function queryOf(url: string): Record<string, string> {
  const start = url.indexOf('?');
  const query = new Map<string, string>();
  if (start === -1) return {};
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    if (query.has(name)) throw badParameter(name, 'repeated', 'must be sent once');
    if (name === '__proto__')
      throw badParameter(name, 'forbidden-name', 'must be called otherwise');
    query.set(name, value);
  }
  return Object.fromEntries(query);
}

function badParameter(name: string, code: string, detail: string) {
  const pointer = `/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return validationFailed('The query is not valid; see errors.', {
    errors: [{ pointer, code, detail }],
  });
}

function headersOf(headers: IncomingHttpHeaders): Record<string, string> {
  const seen = seenHeaders.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  return Object.fromEntries(seen);
}

/** As it was sent, and as the plugin gets it: a body in chunks says nothing about its length. */
function refuseLarge(contentLength: string | undefined, body: unknown): void {
  if (body === undefined || body === null) return;
  const isLarge =
    Number(contentLength ?? 0) > maxBodyBytes ||
    Buffer.byteLength(JSON.stringify(body)) > maxBodyBytes;
  if (isLarge) throw payloadTooLarge(`A plugin takes at most ${maxBodyBytes} bytes of JSON.`);
}
