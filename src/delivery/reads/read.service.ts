import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { preconditionFailed } from '../../platform/errors/index.js';
import { type FoundVersion, versionETag, VersionReader } from '../../registry/index.js';
import { matches, readHeaders } from './caching.js';

export interface Read {
  readonly project: string;
  readonly name: string;
  readonly selector: string;
  /** What the reader's lock file says the version is. */
  readonly digest: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** A whole answer, so that nothing has to be known of HTTP frameworks to give or to keep it. */
export interface ReadAnswer {
  readonly status: 200 | 304;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** The main job: a prompt for a service that waits for it. */
@Injectable()
export class ReadService {
  constructor(private readonly reader: VersionReader) {}

  /** @throws invalid-selector, not-found, unknown-selector, version-purged, precondition-failed */
  async read(ctx: OperationContext, read: Read): Promise<ReadAnswer> {
    const found = await this.reader.find(ctx, read.project, read.name, read.selector);
    const pinned = read.digest !== undefined;
    if (pinned && read.digest !== found.version.digest) throw otherDigest(found);
    const headers = readHeaders(found, pinned);
    // The content is not looked at before this: most reads of a warm client end here.
    if (matches(read.ifNoneMatch, versionETag(found.version.digest))) {
      return { status: 304, headers, body: undefined };
    }
    const body = await this.reader.body(ctx, found);
    return { status: 200, headers: { ...headers, 'Content-Type': 'application/json' }, body };
  }
}

function otherDigest({ name, version }: FoundVersion) {
  return preconditionFailed(
    `${name}@${version.version} is ${version.digest}, not what the digest parameter says: ` +
      'check the lock file it came from.',
    { members: { digest: version.digest } },
  );
}
