import { verify } from 'node:crypto';
import nacl from 'tweetnacl';
import type { SignerKey } from './signer-key.js';

const signatureBytes = 64;

/**
 * Whether both verifiers take the signature, given in base64, for one of these bytes by this key.
 *
 * SECURITY: one of them is enough to refuse. tweetnacl takes malleated signatures (S + L) and keys of
 * small order, which OpenSSL refuses; and a fault of either is no hole as long as the other has not
 * the same. The bytes are few, because tweetnacl takes 36 ms for a megabyte.
 */
export function isSignatureOf(signature: string, signed: Uint8Array, key: SignerKey): boolean {
  const bytes = Buffer.from(signature, 'base64');
  // base64 decoders skip what they do not know, so one signature has many spellings.
  if (bytes.length !== signatureBytes || bytes.toString('base64') !== signature) return false;
  // Copies: tweetnacl wants plain Uint8Arrays, and a Buffer may be a window into a shared pool.
  const [message, sig] = [Uint8Array.from(signed), Uint8Array.from(bytes)];
  // The quick one first: what it refuses needs no second opinion.
  return (
    verify(null, message, key.object, sig) &&
    nacl.sign.detached.verify(message, sig, Uint8Array.from(key.bytes))
  );
}
