import { Inject, Injectable } from '@nestjs/common';
import { errors, jwtVerify, SignJWT } from 'jose';
import {
  KEY_RING,
  type KeyRing,
  newId,
  type SigningKey,
  type VerifyingKey,
} from '../../platform/crypto/index.js';
import { Clock } from '../../platform/time/index.js';

/** What a token says; whether it still holds is asked of the database. */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
}

export interface VerifiedClaims extends AccessClaims {
  readonly expiresAtMs: number;
}

export interface AccessToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

export const accessTokenRules = {
  algorithm: 'EdDSA',
  /** RFC 9068: no other kind of JWT passes as an access token. */
  type: 'at+jwt',
  issuer: 'promptd',
  audience: 'promptd-api',
  lifetimeSeconds: 15 * 60,
} as const;

/** Access tokens by RFC 9068 and RFC 8725: one algorithm, one type, one key that signs. */
@Injectable()
export class AccessTokens {
  private readonly key: SigningKey;
  /** The key that signs, and those of other seeds while the seed changes. */
  private readonly believed: readonly VerifyingKey[];

  constructor(
    @Inject(KEY_RING) keys: KeyRing,
    private readonly clock: Clock,
  ) {
    this.key = keys['access-token'];
    this.believed = [this.key, ...keys.otherAccessTokens];
  }

  async issue({ userId, sessionId }: AccessClaims): Promise<AccessToken> {
    const issuedAt = Math.floor(this.clock.nowMs() / 1000);
    const expiresAt = issuedAt + accessTokenRules.lifetimeSeconds;
    const token = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({
        alg: accessTokenRules.algorithm,
        typ: accessTokenRules.type,
        kid: this.key.keyId,
      })
      .setIssuer(accessTokenRules.issuer)
      .setAudience(accessTokenRules.audience)
      .setSubject(userId)
      .setJti(newId())
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.key.privateKey);
    return { token, expiresAtMs: expiresAt * 1000 };
  }

  /** Undefined for whatever was not issued here, for this use, or has expired. */
  async verify(token: string): Promise<VerifiedClaims | undefined> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.publicKey(kid), {
        // SECURITY: the algorithm and the type are ours to say, never the token's.
        algorithms: [accessTokenRules.algorithm],
        typ: accessTokenRules.type,
        issuer: accessTokenRules.issuer,
        audience: accessTokenRules.audience,
        requiredClaims: ['exp', 'iat', 'jti', 'sub', 'sid'],
        currentDate: new Date(this.clock.nowMs()),
      });
      const { sub, sid, exp } = payload;
      return typeof sub === 'string' && typeof sid === 'string' && exp !== undefined
        ? { userId: sub, sessionId: sid, expiresAtMs: exp * 1000 }
        : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  /** SECURITY: the token only names a key; which keys there are is not for it to say. */
  private publicKey(keyId: string | undefined) {
    const named = this.believed.find((key) => key.keyId === keyId);
    if (!named) throw new errors.JWKSNoMatchingKey();
    return named.publicKey;
  }
}
