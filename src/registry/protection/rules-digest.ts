import { type Digest, digestOf } from '../../platform/crypto/index.js';
import type { LabelRules } from './label-policy.js';

/** The digest of what may change about a policy, for its events and its ETag. */
export function rulesDigest({ movers, approvals, requiresExpected, soak }: LabelRules): Digest {
  return digestOf({ movers, approvals, requiresExpected, soak });
}

export function policyETag(rules: LabelRules): string {
  return `"${rulesDigest(rules)}"`;
}

/** RFC 9110, 13.1.1: `*` is any policy there is; no header is no condition. */
export function ifMatchHolds(ifMatch: string | undefined, rules: LabelRules | undefined): boolean {
  if (ifMatch === undefined) return true;
  if (rules === undefined) return false;
  const etag = policyETag(rules);
  return ifMatch.trim() === '*' || ifMatch.split(',').some((tag) => tag.trim() === etag);
}
