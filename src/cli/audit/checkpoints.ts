import type { AuditCheckpoint } from '../../audit/verification.js';
import type { ApiClient } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import type { Terminal } from '../terminal.js';
import { checkpointIn, checkpointInLine } from './audit-lines.js';
import { linesOfFile } from './text-lines.js';

interface CheckpointPage {
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
}

export async function fetchCheckpoints(client: ApiClient): Promise<readonly AuditCheckpoint[]> {
  const checkpoints: AuditCheckpoint[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/v1/audit/checkpoints?limit=200${query}`;
    const page: CheckpointPage = await client.get<CheckpointPage>(path);
    for (const item of page.items) {
      const checkpoint = checkpointIn(item);
      if (!checkpoint) throw new CliError(`${client.server} answered what is no checkpoint`);
      checkpoints.push(checkpoint);
    }
    cursor = page.nextCursor;
  }
  return checkpoints;
}

/**
 * The checkpoints that a server appended to a file. A crash may have left half a line in it, which
 * is passed over with a note.
 *
 * @throws CliError when there is none: it would seem to prove something
 */
export async function readCheckpoints(
  path: string,
  terminal: Terminal,
): Promise<readonly AuditCheckpoint[]> {
  const checkpoints: AuditCheckpoint[] = [];
  let number = 0;
  for await (const line of linesOfFile(path)) {
    number += 1;
    const checkpoint = checkpointInLine(line);
    if (checkpoint) checkpoints.push(checkpoint);
    else terminal.note(`line ${number} of ${path} is no checkpoint and is passed over`);
  }
  if (checkpoints.length === 0) throw new CliError(`${path} holds no checkpoint`);
  return checkpoints;
}
