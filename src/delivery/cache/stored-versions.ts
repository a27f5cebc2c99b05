import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import {
  type IndexedVersion,
  PromptIndexRepository,
  purgedVersion,
  versionBody,
  VersionLookupRepository,
} from '../../registry/index.js';
import { VersionSource, type Wanted } from './version-source.port.js';

/** Versions from the database, each time, with one statement where one is enough. */
@Injectable()
export class StoredVersions extends VersionSource {
  /** Bodies that came with their versions, for whoever asks for them next. */
  private readonly bodies = new WeakMap<IndexedVersion, string>();

  constructor(
    private readonly lookup: VersionLookupRepository,
    private readonly repository: PromptIndexRepository,
  ) {
    super();
  }

  override async find(ctx: OperationContext, wanted: Wanted): Promise<IndexedVersion> {
    const { project, name, selector, selectorText, conditional } = wanted;
    const content = conditional ? 'without' : 'with';
    const found = await this.lookup.find(ctx, project.id, name, selector, content);
    if (!found) throw await this.lookup.whyMissing(ctx, project, name, selectorText);
    const { id, version, digest } = found.version;
    if (found.purged) throw purgedVersion(name, { version, digest });
    const { yankedAtMs, deprecatedAtMs, purged } = found;
    const indexed = { id, version, digest, yankedAtMs, deprecatedAtMs, purged };
    if (found.content !== '') {
      this.bodies.set(indexed, versionBody(project.name, name, found.version, found.content));
    }
    return indexed;
  }

  override async body(
    ctx: OperationContext,
    { project, name }: Wanted,
    version: IndexedVersion,
  ): Promise<string> {
    const body =
      this.bodies.get(version) ??
      (await this.repository.findBody(ctx, project.name, name, version.id));
    if (body === undefined) throw purgedVersion(name, version);
    return body;
  }

  override hold(): undefined {
    return undefined;
  }
}
