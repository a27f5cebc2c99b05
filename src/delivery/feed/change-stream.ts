import { Readable } from 'node:stream';
import type { HeldCredential } from '../../access/index.js';
import { matchesPromptPatterns } from '../../access/index.js';
import type { Principal } from '../../platform/authorization/index.js';
import type { StreamLimits } from './stream-limits.js';
import {
  changeText,
  heartbeatText,
  readyText,
  resyncText,
  retryText,
  type ToldChange,
} from './stream-text.js';

/** Who reads, and what of. */
export interface StreamReader {
  readonly projectId: string;
  readonly principal: Principal;
  readonly credential: HeldCredential;
  readonly patterns: readonly string[];
}

/** What a reader is sent first. */
export interface Beginning {
  /** What happened since it was last here. */
  readonly missed: readonly ToldChange[];
  /** The revision from which on it is told everything. */
  readonly from: number;
  /** More than it can be told, or nobody knows what. */
  readonly resync: boolean;
}

/**
 * One open stream. Changes pass through it when nothing holds them back:
 *
 *   offer -> waiting -> [begun, trusted, not full] -> body -> socket
 *              |
 *              +-- more than fit: all are forgotten, and one `resync` is sent in their place
 */
export class ChangeStream {
  readonly body: Readable;
  lookAgainAtMs: number | null = null;
  /** How often its reader was doubted: what was found out before the last time says nothing. */
  doubts = 0;
  private waiting: { readonly text: string; readonly revision: number }[] = [];
  private lost = false;
  private begun = false;
  private trusted = true;
  private full = false;
  private ended = false;
  private taken: (() => void) | undefined;
  /** Everything up to it was offered. */
  private offered: number;
  private sentId = 0;
  private writtenAtMs = performance.now();
  private takenAtMs = performance.now();

  constructor(
    readonly reader: StreamReader,
    /** Up to where somebody else has seen to it, see `begin`. */
    from: number,
    private readonly limits: StreamLimits,
  ) {
    this.offered = from;
    this.body = new Readable({
      highWaterMark: limits.maxBufferedBytes,
      read: () => {
        this.resume();
      },
    });
    this.body.once('close', () => this.taken?.());
  }

  get isOpen(): boolean {
    return !this.ended && !this.body.destroyed;
  }

  /** Changes of whole revisions, in order; `revision` is the last one, visible or not. */
  offer(changes: readonly ToldChange[], revision: number): void {
    const from = this.offered;
    if (revision <= from) return;
    this.offered = revision;
    if (this.lost) return;
    const visible = changes.filter((change) => change.revision > from && this.mayRead(change));
    this.waiting.push(...texts(visible));
    if (this.waiting.length > this.limits.maxWaiting) this.lose();
    this.flush();
  }

  /**
   * Something cannot be told, or was told and did not happen after all. From this revision on, which may
   * be an earlier one than was offered, everything is offered.
   */
  skip(revision: number): void {
    this.offered = revision;
    this.lose();
    this.flush();
  }

  /** Sends what was missed, as fast as the reader takes it, and then what waits. */
  async begin({ missed, from, resync }: Beginning): Promise<void> {
    // The spread keeps readers of a stopped instance from coming to the next one all at once.
    this.write(retryText(1_000 + Math.floor(Math.random() * 2_000)));
    for (const { text } of texts(missed.filter((change) => this.mayRead(change)))) {
      if (this.full) await new Promise<void>((resolve) => (this.taken = resolve));
      if (!this.isOpen) return;
      this.write(text);
    }
    // Where it was to begin may be nowhere any more, and it is told to look itself anyway.
    if (!this.lost) {
      // What the reader was told elsewhere may not have been heard here yet.
      this.offered = Math.max(this.offered, from);
      this.waiting = this.waiting.filter(({ revision }) => revision > from);
      this.write(resync ? resyncText(from) : readyText(from), from);
    }
    this.begun = true;
    this.flush();
  }

  /** Nothing more is sent until it is known whether the reader may still read. */
  distrust(): void {
    this.doubts += 1;
    this.trusted = false;
  }

  trust(lookAgainAtMs: number | null): void {
    this.lookAgainAtMs = lookAgainAtMs;
    this.trusted = true;
    this.flush();
  }

  /** Says that the connection is alive, and where the reader may begin the next time. */
  beat(nowMs: number): void {
    const isIdle = this.begun && !this.full && nowMs - this.writtenAtMs >= this.limits.heartbeatMs;
    if (!isIdle || !this.isOpen) return;
    const isTold = this.waiting.length === 0 && !this.lost && this.trusted;
    const progress = isTold && this.offered > this.sentId ? this.offered : undefined;
    this.write(heartbeatText(progress), progress);
  }

  /** Whether the reader has not taken anything for too long. */
  isStalled(nowMs: number): boolean {
    return this.full && nowMs - this.takenAtMs >= this.limits.stalledMs;
  }

  /** After what was sent already. */
  end(): void {
    if (this.isOpen) this.body.push(null);
    this.ended = true;
    this.waiting = [];
    this.taken?.();
  }

  private mayRead({ prompt }: ToldChange): boolean {
    return matchesPromptPatterns(this.reader.patterns, prompt);
  }

  private lose(): void {
    this.lost = true;
    this.waiting = [];
  }

  private flush(): void {
    const isHeld = () => !this.begun || !this.trusted || this.full || !this.isOpen;
    if (isHeld()) return;
    if (this.lost) {
      this.lost = false;
      this.write(resyncText(this.offered), this.offered);
    }
    while (!isHeld()) {
      const next = this.waiting.shift();
      if (!next) return;
      this.write(next.text, next.revision);
    }
  }

  private write(text: string, revision = this.sentId): void {
    // What is pushed after the end is an error that nobody would hear.
    if (!this.isOpen) return;
    this.sentId = revision;
    this.writtenAtMs = performance.now();
    if (this.body.push(text)) return;
    this.full = true;
    this.takenAtMs = this.writtenAtMs;
  }

  /** The socket took some of it. */
  private resume(): void {
    this.full = false;
    this.taken?.();
    this.taken = undefined;
    this.flush();
  }
}

function texts(
  changes: readonly ToldChange[],
): readonly { readonly text: string; readonly revision: number }[] {
  return changes.map((change, index) => {
    const isLast = changes[index + 1]?.revision !== change.revision;
    return { text: changeText(change, isLast), revision: change.revision };
  });
}
