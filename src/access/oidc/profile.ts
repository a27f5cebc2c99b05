import { isEmail } from 'class-validator';
import { isIdentityKey } from './identity.js';

/** Claims of an ID token or of UserInfo, as the provider wrote them. */
export type Claims = Readonly<Record<string, unknown>>;

/** What is used of all that an identity provider says about a user. */
export interface Profile {
  readonly issuer: string;
  readonly subject: string;
  /** Undefined when the provider does not say; it proves nothing about local accounts. */
  readonly preferredUsername: string | undefined;
  /** Undefined when the provider does not say, or says that nobody has verified it. */
  readonly email: string | undefined;
  readonly groups: readonly string[];
}

const maxEmailLength = 254;

/** Undefined when the claims name nobody that could be told from everybody else. */
export function profileFrom(claims: Claims, groupsClaim: string): Profile | undefined {
  const { iss, sub, preferred_username: preferred, email, email_verified: verified } = claims;
  if (typeof iss !== 'string' || typeof sub !== 'string') return undefined;
  if (!isIdentityKey(iss) || !isIdentityKey(sub)) return undefined;
  return {
    issuer: iss,
    subject: sub,
    preferredUsername: typeof preferred === 'string' ? preferred : undefined,
    email: isUsableEmail(email) && verified !== false ? email : undefined,
    groups: groupsIn(claims[groupsClaim]),
  };
}

/** Some providers write a single group without a list around it. */
function groupsIn(claim: unknown): readonly string[] {
  const listed: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return listed.filter((group) => typeof group === 'string');
}

function isUsableEmail(claim: unknown): claim is string {
  return typeof claim === 'string' && claim.length <= maxEmailLength && isEmail(claim);
}
