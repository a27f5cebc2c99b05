import { type AuditCheckpoint, verifyTrail } from '../../audit/verification.js';
import type { PublicKey } from '../../platform/crypto/index.js';
import type { ApiClient } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import type { Terminal } from '../terminal.js';
import { fetchKeys, readKeys } from '../verify/verify-version.js';
import { entriesIn } from './audit-lines.js';
import { fetchCheckpoints, readCheckpoints } from './checkpoints.js';
import { linesIn, linesOfFile } from './text-lines.js';

export interface AuditSources {
  /** Called when something has to be fetched: with `file` nothing is sent anywhere. */
  readonly connect: () => Promise<ApiClient>;
  /** A saved export of the whole trail. */
  readonly file?: string;
  /** A file that the server appended its checkpoints to. */
  readonly checkpoints?: string;
  /** A saved answer of `GET /v1/keys`. */
  readonly keys?: string;
}

interface Material {
  readonly keys: readonly PublicKey[];
  readonly checkpoints: readonly AuditCheckpoint[];
  readonly lines: AsyncIterable<string>;
}

/**
 * Checks the audit trail here, taking nothing from the server but the data, and answers a line that
 * says that it is whole, or, where no checkpoint was compared, that its chain is consistent in itself.
 *
 * @throws CliError with one sentence about the first entry that is broken
 */
export async function verifyAudit(sources: AuditSources, terminal: Terminal): Promise<string> {
  const saved =
    sources.checkpoints === undefined ? [] : await readCheckpoints(sources.checkpoints, terminal);
  const { keys, checkpoints, lines } =
    sources.file === undefined
      ? await fetchMaterial(await sources.connect(), sources)
      : await readMaterial(sources.file, sources);
  const { entries, head, brokenAt, ...agreed } = await verifyTrail(entriesIn(lines), {
    checkpoints: distinct([...checkpoints, ...saved]).sort((a, b) => a.sequence - b.sequence),
    keys,
  });
  if (brokenAt) {
    const { sequence, reason, detail } = brokenAt;
    throw new CliError(`audit entry ${sequence} is broken (${reason}): ${detail}`);
  }
  const extent = `${entries} entries, the last with the hash ${head.hash}`;
  // SECURITY: hashes need no key, so that whoever forges entries can chain them anew.
  return agreed.checkpoints === 0
    ? `the chain of the audit trail is consistent in itself: ${extent}; ` +
        'nothing signed was compared, so a trail that was written anew would pass too'
    : `the audit trail is whole: ${extent}, in agreement with ${agreed.checkpoints} checkpoints`;
}

/** The server shows what it exported too. */
function distinct(checkpoints: readonly AuditCheckpoint[]): AuditCheckpoint[] {
  return [...new Map(checkpoints.map((each) => [JSON.stringify(each), each])).values()];
}

/** Entries come last, so that none of the checkpoints names one that is newer than they are. */
async function fetchMaterial(client: ApiClient, sources: AuditSources): Promise<Material> {
  const keys = sources.keys === undefined ? await fetchKeys(client) : await readKeys(sources.keys);
  const checkpoints = await fetchCheckpoints(client);
  return { keys, checkpoints, lines: linesIn(client.stream('/v1/audit/export')) };
}

async function readMaterial(file: string, { keys }: AuditSources): Promise<Material> {
  const known = keys === undefined ? [] : await readKeys(keys);
  return { keys: known, checkpoints: [], lines: linesOfFile(file) };
}
