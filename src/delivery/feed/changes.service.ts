import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { matchesPromptPatterns } from '../../access/index.js';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import {
  type MarkedRevision,
  OutboxRepository,
  type RecordedEvent,
} from '../../platform/events/index.js';
import { matches } from '../reads/caching.js';
import { type Change, changesOf } from './change.js';

export interface ChangesRequest {
  /** The revision up to which the caller knows; without it the caller only asks where to begin. */
  readonly since: number | undefined;
  /** Events to look at; a revision that has more is answered whole all the same. */
  readonly limit: number;
  readonly ifNoneMatch: string | undefined;
}

export interface ChangeList {
  readonly items: readonly Change[];
  readonly revision: number;
  readonly nextSince: number;
  readonly more: boolean;
  readonly resync: boolean;
}

export interface ChangesAnswer {
  readonly etag: string;
  /** Undefined when the caller has it. */
  readonly list: ChangeList | undefined;
}

/** The changes of a project for those who ask now and then. */
@Injectable()
export class ChangesService {
  constructor(
    private readonly policy: Policy,
    private readonly repository: OutboxRepository,
  ) {}

  /** @throws not-found, forbidden */
  async list(
    ctx: OperationContext,
    project: string,
    { since, limit, ifNoneMatch }: ChangesRequest,
  ): Promise<ChangesAnswer> {
    const { id } = await this.policy.requireProject(ctx, project, 'prompt:read');
    const { prompts } = await this.policy.scope(ctx, 'prompt:read');
    const current = await this.repository.getRevision(ctx, id);
    const { revision } = current;
    const etag = etagOf(current, prompts);
    // Nothing is looked for before this: most polls end here.
    if (matches(ifNoneMatch, etag)) return { etag, list: undefined };
    if (since === undefined || since >= revision) {
      const resync = since !== undefined && since > revision;
      return { etag, list: { items: [], revision, nextSince: revision, more: false, resync } };
    }
    const events = await this.wholeRevisions(ctx, id, since, limit);
    const known = events.filter((event) => event.revision <= revision);
    const nextSince = known.at(-1)?.revision ?? revision;
    const items = changesOf(known).filter(({ prompt }) => matchesPromptPatterns(prompts, prompt));
    const more = nextSince < revision;
    return { etag, list: { items, revision, nextSince, more, resync: false } };
  }

  private async wholeRevisions(
    ctx: OperationContext,
    projectId: string,
    since: number,
    limit: number,
  ): Promise<readonly RecordedEvent[]> {
    const found = await this.repository.listAfter(ctx, projectId, since, limit + 1);
    const last = found.at(-1);
    if (last === undefined || found.length <= limit) return found;
    const whole = found.filter(({ revision }) => revision < last.revision);
    return whole.length > 0 ? whole : this.repository.listRevision(ctx, projectId, last.revision);
  }
}

/**
 * Those who may read other prompts get other answers, and so does everybody when a database that went
 * back has come to this revision again: neither must have the same validator.
 */
function etagOf({ revision, mark }: MarkedRevision, patterns: readonly string[]): string {
  const asked = JSON.stringify([mark, patterns]);
  const hash = createHash('sha256').update(asked).digest('hex').slice(0, 16);
  return `"${revision}-${hash}"`;
}
