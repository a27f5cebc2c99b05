import { Inject, Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { FollowedCache } from '../../platform/caching/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { ChangeFeed } from '../../platform/events/index.js';
import {
  IndexedPrompt,
  type IndexedVersion,
  noSuchPrompt,
  noSuchVersion,
  PromptIndexRepository,
  purgedVersion,
} from '../../registry/index.js';
import { type CachedBody, HeldVersion } from './held-version.js';
import { VersionSource, type Wanted } from './version-source.port.js';

const MIB = 1024 * 1024;
/** Of the memory for reads; the bodies have the rest. */
const INDEXES_SHARE = 0.25;
/** Measured: what a prompt takes without versions, and each version or label with it. */
const PROMPT_BYTES = 900;
const ENTRY_BYTES = 450;
/** A service may ask for a prompt that somebody is about to make. */
const ABSENT_MS = 2_000;

/**
 * Versions in memory, loaded when somebody asks for them:
 *
 *   project, name  ->  every version and label of the prompt   dropped by any event of the prompt
 *   version id     ->  body                                    never changes; dropped by a purge
 */
@Injectable()
export class CachedVersions extends VersionSource {
  private readonly indexes: FollowedCache<IndexedPrompt>;
  private readonly bodies: FollowedCache<CachedBody>;

  constructor(
    private readonly repository: PromptIndexRepository,
    feed: ChangeFeed,
    @Inject(CONFIG) { cacheMb, outageGraceMs }: Config,
  ) {
    super();
    const shared = { absentMs: ABSENT_MS, graceMs: outageGraceMs };
    this.indexes = new FollowedCache(feed, {
      ...shared,
      maxBytes: Math.floor(cacheMb * MIB * INDEXES_SHARE),
      bytesOf: (_key, { size }) => PROMPT_BYTES + size * ENTRY_BYTES,
      dropOn: ({ type, projectId, data }, cache) => {
        if (!type.startsWith('prompt.') || typeof data?.prompt !== 'string') return;
        cache.drop(keyOf(projectId, data.prompt));
      },
    });
    this.bodies = new FollowedCache(feed, {
      ...shared,
      maxBytes: Math.floor(cacheMb * MIB * (1 - INDEXES_SHARE)),
      // A body is ASCII, which V8 keeps in one byte each.
      bytesOf: (_key, { text }) => text.length + PROMPT_BYTES,
      dropOn: ({ type, subject }, cache) => {
        if (type === 'prompt.version.purged') cache.drop(subject.id);
      },
    });
  }

  override async find(ctx: OperationContext, wanted: Wanted): Promise<IndexedVersion> {
    const { project, name, selector, selectorText } = wanted;
    const index = await this.indexes.get(ctx, keyOf(project.id, name), async () => {
      const found = await this.repository.find(ctx, project.id, name);
      return found && new IndexedPrompt(found);
    });
    if (!index) throw noSuchPrompt(project.name, name);
    const version = index.resolve(selector);
    if (!version) throw noSuchVersion(name, selectorText);
    if (version.purged) throw purgedVersion(name, version);
    return version;
  }

  override async body(
    ctx: OperationContext,
    { project, name }: Wanted,
    version: IndexedVersion,
  ): Promise<string> {
    const body = await this.bodies.get(ctx, version.id, async () => {
      const text = await this.repository.findBody(ctx, project.name, name, version.id);
      return text === undefined ? undefined : { text };
    });
    // It may have been purged since it was found.
    if (!body) throw purgedVersion(name, version);
    return body.text;
  }

  override hold({ project, name, selector }: Wanted): HeldVersion | undefined {
    const index = this.indexes.hold(keyOf(project.id, name));
    const version = index?.value?.resolve(selector);
    if (!index || !version || version.purged) return undefined;
    return new HeldVersion(version, index, this.bodies.hold(version.id));
  }

  get bytes(): number {
    return this.indexes.bytes + this.bodies.bytes;
  }
}

/** An id has no space. */
function keyOf(projectId: string, name: string): string {
  return `${projectId} ${name}`;
}
