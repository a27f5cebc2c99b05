import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { VersionReader } from '../versions/version-reader.js';
import { type ContentDiff, diffContents } from './diff-contents.js';

@Injectable()
export class DiffService {
  constructor(private readonly reader: VersionReader) {}

  /** Compares the versions that two selectors name, in either order. */
  async diff(
    ctx: OperationContext,
    project: string,
    name: string,
    from: string,
    to: string,
  ): Promise<ContentDiff> {
    return diffContents(
      await this.side(ctx, project, name, from),
      await this.side(ctx, project, name, to),
    );
  }

  private async side(ctx: OperationContext, project: string, name: string, selector: string) {
    const found = await this.reader.find(ctx, project, name, selector);
    return { version: found.version.version, content: found.content };
  }
}
