import { Inject, Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { FollowedCache } from '../../platform/caching/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { ChangeFeed } from '../../platform/events/index.js';
import { GrantsRepository, type ProjectGrant } from './grants.repository.js';

const MAX_GRANTS = 10_000;
const UNKNOWN_MS = 1_000;

/** What everybody is in every project, as far as it was asked, until it changes. */
@Injectable()
export class Grants {
  private readonly cache: FollowedCache<ProjectGrant>;

  constructor(
    private readonly repository: GrantsRepository,
    feed: ChangeFeed,
    @Inject(CONFIG) { outageGraceMs }: Config,
  ) {
    this.cache = new FollowedCache(feed, {
      maxEntries: MAX_GRANTS,
      absentMs: UNKNOWN_MS,
      graceMs: outageGraceMs,
      tagsOf: ({ project }) => [project.id],
      dropOn: ({ type, projectId }, cache) => {
        if (/^(project|member)\./.test(type)) cache.dropTag(projectId);
      },
    });
  }

  /** What is known without asking the database; undefined says nothing. */
  peek(project: string, userId: string | undefined): ProjectGrant | undefined {
    return this.cache.peek(keyOf(project, userId));
  }

  /** Undefined when there is no such project. */
  async find(
    ctx: OperationContext,
    project: string,
    userId: string | undefined,
  ): Promise<ProjectGrant | undefined> {
    return this.cache.get(ctx, keyOf(project, userId), () =>
      this.repository.findByProjectName(ctx, project, userId),
    );
  }
}

/** A project name has no space. */
function keyOf(project: string, userId: string | undefined): string {
  return `${project} ${userId ?? ''}`;
}
