import { type Verb, verbs } from '../../platform/authorization/index.js';
import { type FieldError, validationFailed } from '../../platform/errors/index.js';
import { isLabelPattern } from '../policy/label-patterns.js';
import { isPromptPattern } from '../policy/prompt-patterns.js';
import type { ApiKeyDraft } from './api-key.js';

/** A draft as it arrives, with what was left out. */
export interface ApiKeyRequest {
  readonly name: string;
  readonly verbs?: readonly Verb[];
  readonly prompts?: readonly string[];
  readonly labels?: readonly string[];
  /** RFC 3339; null or absent when the key never expires. */
  readonly expiresAt?: string | null;
}

export interface RotationRequest {
  readonly overlapSeconds?: number;
  /** RFC 3339; null for a key that never expires, absent to leave it as it is. */
  readonly expiresAt?: string | null;
}

const promptRule = 'must be *, a prompt name, or a folder of prompts followed by /*';
const labelRule = 'must be * or a label name';

/**
 * The draft with its defaults: a key that reads every prompt for ever. Each verb and pattern is
 * kept once, verbs in their own order.
 *
 * @throws validation-failed listing every pattern at fault and an expiry that has passed
 */
export function parseApiKeyDraft(request: ApiKeyRequest, nowMs: number): ApiKeyDraft {
  const { name, prompts = ['*'], labels = ['*'], expiresAt = null } = request;
  const expiresAtMs = expiresAt === null ? null : Date.parse(expiresAt);
  const errors = [
    ...(hasPlainName(name)
      ? []
      : [fault('/name', 'must have no outer spaces and no control characters')]),
    ...faultsIn('/prompts', prompts, isPromptPattern, promptRule),
    ...faultsIn('/labels', labels, isLabelPattern, labelRule),
    ...(expiresAtMs === null || expiresAtMs > nowMs
      ? []
      : [fault('/expiresAt', 'must be a time in the future')]),
  ];
  if (errors.length > 0)
    throw validationFailed('The API key is not valid; see errors.', { errors });
  return {
    name,
    verbs: verbs.filter((verb) => (request.verbs ?? ['read']).includes(verb)),
    prompts: [...new Set(prompts)],
    labels: [...new Set(labels)],
    expiresAtMs,
  };
}

/**
 * When a key expires that is given another secret.
 *
 * @throws validation-failed for a time that has passed, be it the one that was there before
 */
export function parseExpiry(
  expiresAt: string | null | undefined,
  beforeMs: number | null,
  nowMs: number,
): number | null {
  if (expiresAt === null) return null;
  const expiresAtMs = expiresAt === undefined ? beforeMs : Date.parse(expiresAt);
  if (expiresAtMs === null || expiresAtMs > nowMs) return expiresAtMs;
  throw validationFailed('The API key would have expired: give it another expiry.', {
    errors: [fault('/expiresAt', 'must be a time in the future')],
  });
}

/** A padding collation would take `ci` and `ci ` for the same name. */
function hasPlainName(name: string): boolean {
  return !/^\s|\s$|\p{C}/u.test(name);
}

function faultsIn(
  pointer: string,
  patterns: readonly string[],
  isValid: (text: string) => boolean,
  rule: string,
): readonly FieldError[] {
  return patterns.flatMap((pattern, index) =>
    isValid(pattern) ? [] : [fault(`${pointer}/${index}`, rule)],
  );
}

function fault(pointer: string, detail: string): FieldError {
  const code = pointer === '/expiresAt' ? 'in-the-past' : 'invalid-pattern';
  return { pointer, code: pointer === '/name' ? 'invalid-name' : code, detail };
}
