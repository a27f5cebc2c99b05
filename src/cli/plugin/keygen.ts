import { sign } from 'node:crypto';
import { type EnrolmentProof, proofBytes } from '../../plugins/verification.js';
import type { Terminal } from '../terminal.js';
import { createKey, type PublisherKey, readKey } from './private-key.js';

/** What `POST /v1/plugin-signers` takes of a publisher; the admin adds whose key it is and for what. */
export interface Enrolment extends EnrolmentProof {
  readonly publicKey: string;
}

/**
 * Makes a key, unless there is one, and prints what enrols it.
 *
 * @throws CliError
 */
export async function keygen(path: string, terminal: Terminal): Promise<void> {
  const made = await createKey(path);
  const key = made ?? (await readKey(path));
  terminal.print(JSON.stringify(enrolmentOf(key), null, 2));
  terminal.note(
    `the private key is ${made ? '' : 'still '}in ${path}: keep it safe and give it to nobody`,
  );
  terminal.note(
    `an instance admin enrols the key ${key.signer.keyId} within a week: POST /v1/plugin-signers ` +
      'with the above, a label, names and capabilities',
  );
}

function enrolmentOf({ privateKey, signer }: PublisherKey): Enrolment {
  const provenAt = new Date().toISOString();
  const proof = sign(null, proofBytes(signer, provenAt), privateKey).toString('base64');
  return { publicKey: signer.text, proof, provenAt };
}
