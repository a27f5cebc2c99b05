import type { FoundVersion } from '../../registry/index.js';
import { versionETag, versionPath } from '../../registry/index.js';

/** Whether `If-None-Match` names this ETag. RFC 9110, 13.1.2: the comparison is the weak one. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
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
export function cacheControl({ selector }: FoundVersion, pinned: boolean): string {
  if (selector.kind !== 'exact') return MOVING;
  return pinned ? IMMUTABLE : EXACT;
}

/** The headers that a 200 and its 304 share. */
export function readHeaders(found: FoundVersion, pinned: boolean): Record<string, string> {
  const { project, name, selector, version, state } = found;
  return {
    ETag: versionETag(version.digest),
    'Cache-Control': cacheControl(found, pinned),
    Vary: 'Authorization',
    ...(selector.kind !== 'exact' && {
      'Content-Location': versionPath(project.name, name, version.version),
    }),
    ...deprecation(state),
  };
}

/** RFC 9745: since when the resource is deprecated, in seconds. A yank deprecates too. */
function deprecation({ yanked, deprecated }: FoundVersion['state']): Record<string, string> {
  const since = [yanked?.atMs, deprecated?.atMs].filter((atMs) => atMs !== undefined);
  if (since.length === 0) return {};
  return { Deprecation: `@${Math.floor(Math.min(...since) / 1000)}` };
}
