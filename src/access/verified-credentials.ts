import { Inject, Injectable } from '@nestjs/common';
import type {
  KeyPrincipal,
  OperationContext,
  UserPrincipal,
} from '../platform/authorization/index.js';
import { FollowedCache } from '../platform/caching/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { sha256Hex } from '../platform/crypto/index.js';
import { ChangeFeed, type RecordedEvent } from '../platform/events/index.js';
import { Clock } from '../platform/time/index.js';

/** What a credential is known by in memory: its hash. */
export type CredentialKey = string & { readonly credentialKey: never };

export function credentialKey(credential: string): CredentialKey {
  return sha256Hex(credential) as CredentialKey;
}

/** Whom a credential speaks for, for as long as nothing is heard that changes it. */
export interface VerifiedCredential {
  readonly principal: UserPrincipal | KeyPrincipal;
  /** Null when time alone does not end it. */
  readonly validUntilMs: number | null;
}

const MAX_CREDENTIALS = 10_000;
const UNKNOWN_MS = 1_000;

/**
 * Credentials that were verified, by their hash, so that a signature or a row is not looked at again
 * with each request. What ends or changes one is an event, and drops it on every instance; its own
 * end is looked at each time.
 *
 * SECURITY: the credential itself is never kept here.
 */
@Injectable()
export class VerifiedCredentials {
  private readonly cache: FollowedCache<VerifiedCredential>;

  constructor(
    feed: ChangeFeed,
    private readonly clock: Clock,
    @Inject(CONFIG) { outageGraceMs }: Config,
  ) {
    this.cache = new FollowedCache(feed, {
      maxEntries: MAX_CREDENTIALS,
      absentMs: UNKNOWN_MS,
      graceMs: outageGraceMs,
      tagsOf: ({ principal }) =>
        principal.kind === 'user' ? [principal.id, principal.sessionId] : [principal.id],
      dropOn: (event, cache) => {
        if (changesCredentials(event)) cache.dropTag(event.subject.id);
      },
    });
  }

  /** Whom it is known to speak for; undefined says nothing. */
  peek(key: CredentialKey): VerifiedCredential['principal'] | undefined {
    const held = this.cache.peek(key);
    return held && this.isInTime(held) ? held.principal : undefined;
  }

  /** Undefined for a credential that is nobody's, or not any more. */
  async get(
    ctx: OperationContext,
    credential: string,
    verify: () => Promise<VerifiedCredential | undefined>,
  ): Promise<VerifiedCredential['principal'] | undefined> {
    const key = credentialKey(credential);
    const held = await this.cache.get(ctx, key, verify);
    if (!held || this.isInTime(held)) return held?.principal;
    // Its time is over, or that of another secret of the same key: it has to be looked at again.
    this.cache.drop(key);
    return (await this.cache.get(ctx, key, verify))?.principal;
  }

  private isInTime({ validUntilMs }: VerifiedCredential): boolean {
    return validUntilMs === null || validUntilMs > this.clock.nowMs();
  }
}

/** Events about API keys, users and sessions; the start of a session changes no older one. */
function changesCredentials({ type }: RecordedEvent): boolean {
  return /^(key|user|session)\./.test(type) && type !== 'session.started';
}
