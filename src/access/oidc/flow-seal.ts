import { hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { Clock } from '../../platform/time/index.js';

/** What only the one who began a sign-in may know until it ends. */
export interface Flow {
  /** Comes back with the code; another one is somebody else's answer (RFC 6749, 10.12). */
  readonly state: string;
  /** Comes back in the ID token (OpenID Connect Core, 3.1.2.1). */
  readonly nonce: string;
  /** Without it nobody can redeem the code (RFC 7636). */
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

export interface SealedFlow {
  readonly token: string;
  readonly expiresAtMs: number;
}

const rules = { algorithm: 'dir', encryption: 'A256GCM', type: 'oidc-flow+jwt' } as const;
const lifetimeSeconds = 10 * 60;

/**
 * Hands a flow to its caller and takes it back as an encrypted token (RFC 7516), so that no
 * instance keeps anything of a sign-in, and any of them can end what another one began.
 */
@Injectable()
export class FlowSeal {
  private readonly key: Uint8Array;
  /** Of instances that have another seed, while it is being changed. */
  private readonly otherKeys: readonly Uint8Array[];

  constructor(
    @Inject(CONFIG)
    { signingKey, signingKeysOld = [] }: Pick<Config, 'signingKey'> & Partial<Config>,
    private readonly clock: Clock,
  ) {
    this.key = keyFrom(signingKey);
    this.otherKeys = signingKeysOld.map(keyFrom);
  }

  async seal({ state, nonce, codeVerifier, redirectUri }: Flow): Promise<SealedFlow> {
    const expiresAt = Math.floor(this.clock.nowMs() / 1000) + lifetimeSeconds;
    const token = await new EncryptJWT({ state, nonce, codeVerifier, redirectUri })
      .setProtectedHeader({ alg: rules.algorithm, enc: rules.encryption, typ: rules.type })
      .setExpirationTime(expiresAt)
      .encrypt(this.key);
    return { token, expiresAtMs: expiresAt * 1000 };
  }

  /** Undefined for what was not sealed here, or more than 10 minutes ago. */
  async open(token: string): Promise<Flow | undefined> {
    for (const key of [this.key, ...this.otherKeys]) {
      const flow = await this.openWith(key, token);
      if (flow) return flow;
    }
    return undefined;
  }

  private async openWith(key: Uint8Array, token: string): Promise<Flow | undefined> {
    try {
      const { payload } = await jwtDecrypt<Flow>(token, key, {
        keyManagementAlgorithms: [rules.algorithm],
        contentEncryptionAlgorithms: [rules.encryption],
        typ: rules.type,
        requiredClaims: ['exp'],
        currentDate: new Date(this.clock.nowMs()),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}

/** SECURITY: the purpose in the info makes this another key than any that signs. */
function keyFrom(seed: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', seed, '', 'promptd/aes-256-gcm/v1/oidc-flow', 32));
}
