import { type FileHandle, open } from 'node:fs/promises';
import type { OperationContext } from '../../platform/authorization/index.js';
import type { AuditCheckpoint } from '../verification.js';
import type { CheckpointTarget } from './checkpoint-target.js';
import type { CheckpointsRepository } from './checkpoints.repository.js';

/** More than some lines have. */
const END_BYTES = 4_096;

/**
 * Appends each checkpoint as a line of JSON. The file says itself how far it is: it belongs to one
 * instance and may be lost or replaced, and a row that all instances share would know of neither. A
 * new file is therefore given every checkpoint from the first one on.
 */
export class CheckpointFile implements CheckpointTarget {
  readonly name = 'file';
  private writtenUpTo = 0;

  constructor(
    private readonly path: string,
    private readonly checkpoints: CheckpointsRepository,
  ) {}

  async catchUp(ctx: OperationContext, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const news = await this.checkpoints.listAfter(ctx, this.writtenUpTo);
      if (news.length === 0) return;
      this.writtenUpTo = await this.append(ctx);
    }
  }

  /** Answers the sequence of the last checkpoint that is in the file then. */
  private async append(ctx: OperationContext): Promise<number> {
    // SECURITY: the mode is that of a new file; one that is there keeps what its owner gave it.
    const file = await open(this.path, 'a+', 0o600);
    try {
      const { last, isTorn } = await readEnd(file);
      const missing = await this.checkpoints.listAfter(ctx, last);
      const lines = missing.map((checkpoint) => `${JSON.stringify(checkpoint)}\n`);
      if (lines.length > 0) await file.appendFile((isTorn ? '\n' : '') + lines.join(''));
      await file.sync();
      return missing.at(-1)?.sequence ?? last;
    } finally {
      await file.close();
    }
  }
}

/** A full disk or a crash may leave half a line behind: it is ended, left there and passed over. */
async function readEnd(file: FileHandle): Promise<{ last: number; isTorn: boolean }> {
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read({
    buffer: Buffer.alloc(END_BYTES),
    position: Math.max(0, size - END_BYTES),
  });
  const end = buffer.toString('utf8', 0, bytesRead);
  const sequences = end.split('\n').map(sequenceIn);
  return {
    last: sequences.findLast((sequence) => sequence !== undefined) ?? 0,
    isTorn: end !== '' && !end.endsWith('\n'),
  };
}

function sequenceIn(line: string): number | undefined {
  try {
    const { sequence } = JSON.parse(line) as Partial<AuditCheckpoint>;
    return Number.isSafeInteger(sequence) ? sequence : undefined;
  } catch {
    return undefined;
  }
}
