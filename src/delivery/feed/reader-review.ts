import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { HeldCredentials } from '../../access/index.js';
import { Policy, systemContext } from '../../platform/authorization/index.js';
import { Problem } from '../../platform/errors/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import type { ChangeStream } from './change-stream.js';

/** Looks again whether those who read still may, because what they were let in with may be gone. */
@Injectable()
export class ReaderReview {
  private readonly ctx = systemContext('change-streams');
  private readonly doubted = new Set<ChangeStream>();
  private running: Promise<void> | undefined;
  private failing = false;

  constructor(
    private readonly credentials: HeldCredentials,
    private readonly policy: Policy,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Nothing is sent to them until they were looked at, and then only to those who still may read. */
  doubt(streams: readonly ChangeStream[]): void {
    for (const stream of streams) {
      stream.distrust();
      this.doubted.add(stream);
    }
    this.resume();
  }

  /** Goes on where the database did not answer. */
  resume(): void {
    if (this.doubted.size > 0) this.running ??= this.review();
  }

  /** Looks at one reader now; false for one that may not read. */
  async admit(stream: ChangeStream): Promise<boolean> {
    const { doubts } = stream;
    const lookAgainAtMs = await this.look(stream);
    if (lookAgainAtMs === undefined) return false;
    // SECURITY: a doubt that was raised meanwhile asks for another look, which may be under way.
    if (stream.doubts === doubts) stream.trust(lookAgainAtMs);
    return true;
  }

  private async review(): Promise<void> {
    try {
      while (this.doubted.size > 0) {
        for (const stream of [...this.doubted]) {
          if (stream.isOpen) await this.decide(stream);
          else this.doubted.delete(stream);
        }
      }
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error({ err: error }, 'readers of changes cannot be reviewed');
      this.failing = true;
    } finally {
      this.running = undefined;
    }
  }

  private async decide(stream: ChangeStream): Promise<void> {
    this.doubted.delete(stream);
    try {
      if (!(await this.admit(stream))) stream.end();
    } catch (error) {
      this.doubted.add(stream);
      throw error;
    }
  }

  /** Undefined when the reader may not read, or not the same as when it was let in. */
  private async look({ reader }: ChangeStream): Promise<number | null | undefined> {
    const good = await this.credentials.check(this.ctx, reader.credential);
    if (!good) return undefined;
    const { principal, validUntilMs } = good;
    try {
      const ctx = { ...this.ctx, principal };
      const { projects, prompts } = await this.policy.scope(ctx, 'prompt:read');
      const mayRead = projects === 'all' || projects.includes(reader.projectId);
      return mayRead && isSame(prompts, reader.patterns) ? validUntilMs : undefined;
    } catch (error) {
      // The refusal of somebody who must change the password first.
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, index) => text === right[index]);
}
