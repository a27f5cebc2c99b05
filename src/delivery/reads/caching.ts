import type { IndexedVersion } from '../../registry/index.js';
import { versionETag, versionPath } from '../../registry/index.js';
import type { Wanted } from '../cache/version-source.port.js';

/** Whether `If-None-Match` names this ETag. RFC 9110, 13.1.2: the comparison is the weak one. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}

const IMMUTABLE = 'private, max-age=31536000, immutable';
/** A year would hide a yank and keep a purged secret alive; a bad day of the registry it survives. */
const EXACT = 'private, max-age=300, stale-while-revalidate=86400, stale-if-error=2592000';
const MOVING = 'private, max-age=0, stale-if-error=86400';

/**
 * How long an answer may be kept, by what was asked for: RFC 9111, with the stale directives of
 * RFC 5861. Always `private`, because who may read is decided per credential.
 */
function cacheControl(exact: boolean, pinned: boolean): string {
  if (!exact) return MOVING;
  return pinned ? IMMUTABLE : EXACT;
}

export interface ReadHeaders {
  readonly ETag: string;
  readonly [name: string]: string;
}

/** A version object is replaced when anything about it changes, so its headers hold as long as it. */
const made = new WeakMap<IndexedVersion, (ReadHeaders | undefined)[]>();

/** The headers that a 200 and its 304 share; the same object for the same question. */
export function readHeaders(wanted: Wanted, version: IndexedVersion, pinned: boolean): ReadHeaders {
  const question = (wanted.selector.kind === 'exact' ? 1 : 0) + (pinned ? 2 : 0);
  let known = made.get(version);
  if (!known) made.set(version, (known = []));
  return (known[question] ??= makeHeaders(wanted, version, pinned));
}

function makeHeaders(
  { project, name, selector }: Wanted,
  version: IndexedVersion,
  pinned: boolean,
): ReadHeaders {
  const exact = selector.kind === 'exact';
  return {
    ETag: versionETag(version.digest),
    'Cache-Control': cacheControl(exact, pinned),
    Vary: 'Authorization',
    ...(!exact && { 'Content-Location': versionPath(project.name, name, version.version) }),
    ...deprecation(version),
  };
}

/** RFC 9745: since when the resource is deprecated, in seconds. A yank deprecates too. */
function deprecation({ yankedAtMs, deprecatedAtMs }: IndexedVersion): Record<string, string> {
  const since = [yankedAtMs, deprecatedAtMs].filter((atMs) => atMs !== null);
  if (since.length === 0) return {};
  return { Deprecation: `@${Math.floor(Math.min(...since) / 1000)}` };
}

/**
 * What an answer says of itself when the database could not be asked: RFC 9211 names the cache and
 * why it was not asked further, and Age (RFC 9111, 5.1) is since when nobody confirmed it.
 */
export function outageHeaders(unconfirmedMs: number): Readonly<Record<string, string>> {
  return {
    'Cache-Status': 'promptd; hit; detail=database-unavailable',
    Age: String(Math.floor(unconfirmedMs / 1000)),
  };
}
