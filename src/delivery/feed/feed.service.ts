import { Injectable } from '@nestjs/common';
import { HeldCredentials } from '../../access/index.js';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { unauthenticated } from '../../platform/errors/index.js';
import { OutboxRepository } from '../../platform/events/index.js';
import { ChangeHub, toldChanges } from './change-hub.js';
import type { Beginning, ChangeStream } from './change-stream.js';
import { ReaderReview } from './reader-review.js';
import { StreamLimits } from './stream-limits.js';

export interface StreamRequest {
  readonly authorization: string | undefined;
  /** The id of the last event that the reader had, in its own words. */
  readonly lastEventId: string | undefined;
}

/** Opens streams of what happens to the prompts of a project. */
@Injectable()
export class FeedService {
  constructor(
    private readonly policy: Policy,
    private readonly credentials: HeldCredentials,
    private readonly hub: ChangeHub,
    private readonly review: ReaderReview,
    private readonly repository: OutboxRepository,
    private readonly limits: StreamLimits,
  ) {}

  /** @throws not-found, forbidden, unauthenticated, overloaded, rate-limited */
  async open(
    ctx: OperationContext,
    project: string,
    { authorization, lastEventId }: StreamRequest,
  ): Promise<ChangeStream> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'prompt:read');
    const { prompts: patterns } = await this.policy.scope(ctx, 'prompt:read');
    const credential = await this.credentials.hold(authorization);
    if (!credential) throw badCredential();
    const { principal } = ctx;
    const { stream, from } = this.hub.open({ projectId, principal, credential, patterns });
    try {
      // After it was opened: an earlier end of the credential is found here, a later one is heard.
      if (!(await this.review.admit(stream))) throw badCredential();
      const beginning = await this.beginning(ctx, projectId, from, lastEventId);
      if (!stream.isOpen) {
        // It was ended before it began, and its reader is still to be answered.
        this.hub.refuseWhenStopping();
        throw badCredential();
      }
      void stream.begin(beginning);
      return stream;
    } catch (error) {
      stream.body.destroy();
      throw error;
    }
  }

  /** What lies between the reader's last event and what the stream is offered from now on. */
  private async beginning(
    ctx: OperationContext,
    projectId: string,
    from: number,
    lastEventId: string | undefined,
  ): Promise<Beginning> {
    if (lastEventId === undefined || lastEventId === '') return { missed: [], from, resync: false };
    const after = revisionIn(lastEventId);
    if (after === undefined) return { missed: [], from, resync: true };
    if (after >= from) {
      // The reader comes from an instance that has heard more than this one, unless it has an id of
      // a database that is no more.
      const { revision } = await this.repository.getRevision(ctx, projectId);
      const isKnown = after <= revision;
      return { missed: [], from: isKnown ? after : from, resync: !isKnown };
    }
    const { maxBehind } = this.limits;
    const events = await this.repository.listAfter(ctx, projectId, after, maxBehind + 1);
    const missed = events.filter(({ revision }) => revision <= from);
    return missed.length > maxBehind
      ? { missed: [], from, resync: true }
      : { missed: toldChanges(missed), from, resync: false };
  }
}

/** Whatever is no revision is answered with `resync`: an error would stop a browser for good. */
function revisionIn(text: string): number | undefined {
  return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : undefined;
}

function badCredential() {
  return unauthenticated('Send a valid access token or API key as a Bearer token.');
}
