import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import {
  type IndexedVersion,
  PromptIndexRepository,
  purgedVersion,
  VersionReader,
} from '../../registry/index.js';
import { VersionSource, type Wanted } from './version-source.port.js';

/** Versions from the database, each time. */
@Injectable()
export class StoredVersions extends VersionSource {
  constructor(
    private readonly reader: VersionReader,
    private readonly repository: PromptIndexRepository,
  ) {
    super();
  }

  override async find(ctx: OperationContext, wanted: Wanted): Promise<IndexedVersion> {
    const { project, name, selectorText } = wanted;
    const { version, state } = await this.reader.find(ctx, project.name, name, selectorText);
    return {
      id: version.id,
      version: version.version,
      digest: version.digest,
      yankedAtMs: state.yanked?.atMs ?? null,
      deprecatedAtMs: state.deprecated?.atMs ?? null,
      purged: false,
    };
  }

  override async body(
    ctx: OperationContext,
    { project, name }: Wanted,
    version: IndexedVersion,
  ): Promise<string> {
    const body = await this.repository.findBody(ctx, project.name, name, version.id);
    if (body === undefined) throw purgedVersion(name, version);
    return body;
  }

  override peek(): undefined {
    return undefined;
  }
  override peekBody(): undefined {
    return undefined;
  }
}
