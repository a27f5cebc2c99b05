import type { ApiClient } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import type { Terminal } from '../terminal.js';

interface SecretKeys {
  readonly keyId: string;
  readonly keys: readonly { readonly keyId: string; readonly secrets: number }[];
}

interface Rotation {
  readonly keyId: string;
  readonly rotated: number;
  readonly remaining: number;
}

/**
 * Moves every stored secret to the current key of the server, a batch at a time. What is moved
 * stays moved, so an interrupted run is taken up by the next one.
 *
 * @throws ApiProblem, CliError when instances disagree about the current key
 */
export async function rotateKeys(client: ApiClient, terminal: Terminal): Promise<void> {
  const { keyId, keys } = await client.get<SecretKeys>('/v1/secrets');
  const waiting = keys.reduce((sum, key) => sum + (key.keyId === keyId ? 0 : key.secrets), 0);
  const progress = terminal.startProgress(
    `moving ${counted(waiting)} to the key ${keyId}`,
    waiting,
  );
  let rotated = 0;
  try {
    for (let remaining = waiting; remaining > 0;) {
      const batch = await client.post<Rotation>('/v1/secrets/rotate', {});
      if (batch.keyId !== keyId) throw twoCurrentKeys(keyId, batch.keyId);
      for (let one = 0; one < batch.rotated; one += 1) progress.advance();
      rotated += batch.rotated;
      remaining = batch.remaining;
    }
  } finally {
    progress.end();
  }
  terminal.print(
    `${counted(rotated)} moved; all are under the key ${keyId}. PROMPTD_SECRET_KEYS_OLD may be ` +
      'dropped once every instance has this key as its PROMPTD_SECRET_KEY.',
  );
}

/** Behind one address, each of them would undo what the other did. */
function twoCurrentKeys(first: string, second: string): CliError {
  return new CliError(
    `instances have different current keys (${first} and ${second}): give all of them the same ` +
      'PROMPTD_SECRET_KEY, then run this again',
  );
}

function counted(secrets: number): string {
  return `${secrets} secret${secrets === 1 ? '' : 's'}`;
}
