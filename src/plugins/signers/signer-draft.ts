import { type FieldError, validationFailed } from '../../platform/errors/index.js';
import { type Capability, capabilities } from '../package/manifest.js';
import { proofFault } from '../signatures/enrolment-proof.js';
import { type KeyFault, type SignerKey, signerKeyOf } from '../signatures/signer-key.js';
import { isNamePattern, type KeyStatus } from '../signatures/trusted-key.js';
import type { SignerTerms } from './signer.js';

/** What is absent stays as it is, or as it is by default. */
export interface TermsRequest {
  readonly label?: string;
  readonly names?: readonly string[];
  readonly capabilities?: readonly Capability[];
  readonly status?: KeyStatus;
  /** RFC 3339, both; null for no limit. */
  readonly validFrom?: string | null;
  readonly validUntil?: string | null;
}

export interface EnrolmentRequest extends Omit<TermsRequest, 'status'> {
  readonly publicKey: string;
  /** The signature of `proofBytes`, in base64, and the time in it. */
  readonly proof: string;
  readonly provenAt: string;
}

const keyRules = {
  'wrong-length': 'This must be 32 bytes in base64url without padding.',
  'non-canonical': 'This is not how the point of an ed25519 key is written.',
  'small-order': 'With this key anybody can make signatures; it is the key of nobody.',
  'mixed-order': 'No honest private key has this public key.',
} as const satisfies Record<KeyFault, string>;

const proofRules = {
  'stale-proof': 'The proof is older than a week or from the future; make another one.',
  'wrong-proof': 'The proof was not made with the private half of this key.',
} as const;

/**
 * The key that somebody wants to be trusted.
 *
 * @throws validation-failed for one that nobody should hold, or that is not shown to be held
 */
export function parseEnrolledKey(
  { publicKey, proof, provenAt }: EnrolmentRequest,
  nowMs: number,
): SignerKey {
  const key = signerKeyOf(publicKey);
  if (typeof key === 'string') throw refused([fault('/publicKey', key, keyRules[key])]);
  const wrong = proofFault(key, { provenAt, proof }, nowMs);
  if (wrong) throw refused([fault('/proof', wrong, proofRules[wrong])]);
  return key;
}

/**
 * The terms as asked for.
 *
 * @param before what stays where nothing is asked for
 * @throws validation-failed listing every fault
 */
export function parseTerms(request: TermsRequest, before: SignerTerms): SignerTerms {
  const { label = before.label, names = before.names, status = before.status } = request;
  const validFromMs = timeOf(request.validFrom, before.validFromMs);
  const validUntilMs = timeOf(request.validUntil, before.validUntilMs);
  const asked = request.capabilities ?? before.capabilities;
  const errors = [
    ...(/^\s|\s$|\p{C}/u.test(label)
      ? [fault('/label', 'invalid-name', 'It has no outer spaces and no control characters.')]
      : []),
    ...names.flatMap((name, index) => (isNamePattern(name) ? [] : [badPattern(index)])),
    ...(validFromMs !== null && validUntilMs !== null && validUntilMs <= validFromMs
      ? [fault('/validUntil', 'out-of-range', 'This must be later than validFrom.')]
      : []),
  ];
  if (errors.length > 0) throw refused(errors);
  return {
    label,
    status,
    names: [...new Set(names)],
    capabilities: capabilities.filter((one) => asked.includes(one)),
    validFromMs,
    validUntilMs,
  };
}

function timeOf(asked: string | null | undefined, beforeMs: number | null): number | null {
  if (asked === undefined) return beforeMs;
  return asked === null ? null : Date.parse(asked);
}

function badPattern(index: number): FieldError {
  const detail = 'This must be *, the name of a plugin, or the beginning of names followed by *.';
  return fault(`/names/${index}`, 'invalid-pattern', detail);
}

function fault(pointer: string, code: string, detail: string): FieldError {
  return { pointer, code, detail };
}

function refused(errors: readonly FieldError[]) {
  return validationFailed('The signer is not valid; see errors.', { errors });
}
