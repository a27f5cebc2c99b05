import type { PublicKey } from '../../platform/crypto/index.js';
import { type AuditCheckpoint, checkpointFault } from './audit-checkpoint.js';
import { type ChainedEntry, emptyTrail, type TrailHead } from './chained-entry.js';
import { RevisionWalk } from './revision-walk.js';
import {
  faultyCheckpoint,
  findCheckpointBreak,
  findHeadBreak,
  findLinkBreak,
  type TrailBreak,
  truncatedAfter,
} from './trail-break.js';

/** What a trail is held against. Without it a trail whose end was cut off looks whole. */
export interface TrailEvidence {
  /** In ascending order of their sequences; several may name the same entry. */
  readonly checkpoints: AsyncIterable<AuditCheckpoint> | Iterable<AuditCheckpoint>;
  readonly keys: readonly PublicKey[];
  /** What the server has recorded as the newest entry. */
  readonly head?: TrailHead;
}

export interface TrailReport {
  /** Entries that are whole, from the first one on. */
  readonly entries: number;
  /** The last of them. */
  readonly head: TrailHead;
  /** Checkpoints that agree with them. */
  readonly checkpoints: number;
  readonly brokenAt: TrailBreak | undefined;
}

/**
 * Checks a trail from its first entry on: the hash of every entry, the chain of them without a gap,
 * the revisions of each project without a gap, and the checkpoints. Names the first entry that is wrong and reads no further. Holds no more than
 * one batch.
 *
 * @param batches in the order in which the entries are kept, which should be ascending
 */
export async function verifyTrail(
  batches: AsyncIterable<readonly ChainedEntry[]> | Iterable<readonly ChainedEntry[]>,
  { checkpoints, keys, head }: TrailEvidence,
): Promise<TrailReport> {
  const walk = new TrailWalk(checkpoints, keys);
  await walk.advance();
  for await (const batch of batches) {
    const brokenAt = await walk.through(batch);
    if (brokenAt) return walk.report(brokenAt);
  }
  return walk.report((await walk.findTruncation()) ?? (head && findHeadBreak(walk.head, head)));
}

class TrailWalk {
  head = emptyTrail;
  private agreed = 0;
  private readonly revisions = new RevisionWalk();
  private readonly rest: AsyncGenerator<AuditCheckpoint, void, undefined>;
  private next: AuditCheckpoint | undefined;

  constructor(
    checkpoints: TrailEvidence['checkpoints'],
    private readonly keys: readonly PublicKey[],
  ) {
    this.rest = oneByOne(checkpoints);
  }

  report(brokenAt: TrailBreak | undefined): TrailReport {
    const { head, agreed } = this;
    return { entries: head.sequence, head, checkpoints: agreed, brokenAt };
  }

  async through(batch: readonly ChainedEntry[]): Promise<TrailBreak | undefined> {
    for (const [index, entry] of batch.entries()) {
      const link = findLinkBreak(this.head, batch, index);
      const gap = link ?? this.revisions.findGap(entry);
      if (gap) return gap;
      const { sequence, hash } = entry;
      while (this.next && this.next.sequence <= sequence) {
        const fault = checkpointFault(this.next, this.keys);
        const checkpoint = findCheckpointBreak(this.next, fault, { sequence, hash });
        if (checkpoint) return checkpoint;
        this.agreed += 1;
        await this.advance();
      }
      this.head = { sequence, hash };
    }
    return undefined;
  }

  /** Of the checkpoints past the end a signed one is proof, and others only show themselves. */
  async findTruncation(): Promise<TrailBreak | undefined> {
    let faulty: TrailBreak | undefined;
    while (this.next) {
      const fault = checkpointFault(this.next, this.keys);
      if (!fault) return truncatedAfter(this.head, this.next);
      faulty ??= faultyCheckpoint(this.next.sequence, fault);
      await this.advance();
    }
    return faulty;
  }

  /** Looks at the next checkpoint, which is where the walk begins. */
  async advance(): Promise<void> {
    const { value } = await this.rest.next();
    this.next = value ?? undefined;
  }
}

async function* oneByOne<T>(
  items: AsyncIterable<T> | Iterable<T>,
): AsyncGenerator<T, void, undefined> {
  yield* items;
}
