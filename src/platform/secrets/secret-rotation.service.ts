import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { type OperationContext, Policy } from '../authorization/index.js';
import { UnitOfWork } from '../database/index.js';
import { Outbox } from '../events/index.js';
import { LOGGER } from '../telemetry/index.js';
import { DamagedSecret, SecretBox, UnknownSecretKey } from './secret-box.js';
import { keyUnknown } from './secret-store.js';
import { secretDamaged } from './secrets.errors.js';
import { secretsRotated } from './secrets.events.js';
import { type KeyUse, SecretsRepository, type StoredSecret } from './secrets.repository.js';

/** Secrets of one call, whose transaction other writers may have to wait for. */
const BATCH = 100;

export interface Rotation {
  readonly keyId: string;
  readonly rotated: number;
  /** Secrets that are not under the current key yet. */
  readonly remaining: number;
}

/** What an instance does with a key: protects with it, only opens with it, or does not have it. */
export type KeyState = 'current' | 'old' | 'unknown';

export interface KeyStanding extends KeyUse {
  readonly state: KeyState;
}

export interface SecretKeys {
  readonly keyId: string;
  readonly keys: readonly KeyStanding[];
}

interface Rewrapped {
  readonly before: StoredSecret;
  readonly sealed: string;
}

/** Moves secrets to the current key while everybody reads and writes them. */
@Injectable()
export class SecretRotationService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly secrets: SecretsRepository,
    private readonly box: SecretBox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Which keys there are, the current one first, and how many secrets are under each. */
  async keys(ctx: OperationContext): Promise<SecretKeys> {
    await this.policy.requireInstance(ctx, 'secret:rotate');
    const { current, oldIds } = this.box.keys;
    const inUse = new Map((await this.secrets.countByKey(ctx)).map((use) => [use.keyId, use]));
    const ids = [...new Set([current.id, ...oldIds, ...inUse.keys()])];
    return {
      keyId: current.id,
      keys: ids.map((keyId) => ({
        keyId,
        secrets: inUse.get(keyId)?.secrets ?? 0,
        state: this.stateOf(keyId),
      })),
    };
  }

  /**
   * Wraps a batch of data keys with the current key; what they encrypt stays as it is. Safe beside
   * writers, readers and other rotations: a secret that changed meanwhile is left to the next call.
   *
   * @throws secret-key-unknown, secret-damaged when secrets remain and none of them can be rotated
   */
  async rotate(ctx: OperationContext): Promise<Rotation> {
    await this.policy.requireInstance(ctx, 'secret:rotate');
    const keyId = this.box.keys.current.id;
    const { rewrapped, damaged } = await this.rewrapBatch(ctx);
    const rotated = rewrapped.length === 0 ? 0 : await this.keep(ctx, keyId, rewrapped);
    const remaining = await this.secrets.countNotUnder(ctx, keyId);
    if (rewrapped.length === 0 && remaining > 0) await this.refuse(ctx, damaged);
    return { keyId, rotated, remaining };
  }

  /** Reads on past what is damaged, so that it never keeps a batch from the rest. */
  private async rewrapBatch(ctx: OperationContext) {
    const { oldIds } = this.box.keys;
    const rewrapped: Rewrapped[] = [];
    const damaged: StoredSecret[] = [];
    let afterId = '';
    while (oldIds.length > 0 && rewrapped.length === 0) {
      const batch = await this.secrets.listUnder(ctx, oldIds, { afterId, limit: BATCH });
      for (const before of batch) {
        const sealed = this.rewrap(before);
        if (sealed === undefined) damaged.push(before);
        else rewrapped.push({ before, sealed });
      }
      const last = batch.at(-1);
      if (batch.length < BATCH || !last) break;
      afterId = last.id;
    }
    return { rewrapped, damaged };
  }

  private rewrap({ place, sealed }: StoredSecret): string | undefined {
    try {
      return this.box.rewrap(place, sealed);
    } catch (error) {
      // The row says which key it is under, and its text may say something else.
      if (error instanceof DamagedSecret || error instanceof UnknownSecretKey) return undefined;
      throw error;
    }
  }

  private async keep(
    ctx: OperationContext,
    keyId: string,
    rewrapped: readonly Rewrapped[],
  ): Promise<number> {
    return this.unitOfWork.run(ctx, async (tx) => {
      let rotated = 0;
      for (const { before, sealed } of rewrapped) {
        if (await this.secrets.replace(tx, before, { keyId, sealed })) rotated += 1;
      }
      if (rotated > 0) this.outbox.record(tx, secretsRotated(keyId, rotated));
      return rotated;
    });
  }

  private async refuse(ctx: OperationContext, damaged: readonly StoredSecret[]): Promise<void> {
    const unknown = (await this.secrets.countByKey(ctx))
      .map(({ keyId }) => keyId)
      .filter((keyId) => this.stateOf(keyId) === 'unknown');
    if (unknown.length > 0) throw keyUnknown(unknown);
    if (damaged.length === 0) return;
    for (const { place } of damaged) {
      const { table, row, field } = place;
      this.logger.error({ table, row, field }, 'a stored secret cannot be rotated');
    }
    throw secretDamaged(
      `Stored secrets that cannot be opened: ${damaged.length}. The log names them; store each ` +
        'again, or delete what it belongs to.',
    );
  }

  private stateOf(keyId: string): KeyState {
    if (keyId === this.box.keys.current.id) return 'current';
    return this.box.keys.find(keyId) ? 'old' : 'unknown';
  }
}
