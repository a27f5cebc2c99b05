import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { proofBytes } from '../../../src/plugins/signatures/enrolment-proof.js';
import {
  type Sidecar,
  type SignedDocument,
  signedBytes,
} from '../../../src/plugins/signatures/signed-document.js';
import { type SignerKey, signerKeyOf } from '../../../src/plugins/signatures/signer-key.js';
import type { TrustedKey } from '../../../src/plugins/signatures/trusted-key.js';
import { capabilities } from '../../../src/plugins/package/manifest.js';
import type { PluginPackage } from '../../../src/plugins/package/plugin-package.js';

const dayMs = 24 * 60 * 60 * 1000;

const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n;

/** A signature with the same R and S + L, which is S to whoever does not look at its size. */
export function malleated(sig: string): string {
  const bytes = Buffer.from(sig, 'base64');
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + groupOrder;
  const encoded = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return Buffer.concat([bytes.subarray(0, 32), encoded]).toString('base64');
}

/** A publisher: a key pair and what it can be made to sign. */
export class PluginKey {
  private constructor(
    readonly key: SignerKey,
    readonly privateKey: KeyObject,
  ) {}

  static generate(): PluginKey {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = signerKeyOf(String(publicKey.export({ format: 'jwk' }).x));
    if (typeof key === 'string') throw new Error(`a new key is ${key}`);
    return new PluginKey(key, privateKey);
  }

  get keyId(): string {
    return this.key.keyId;
  }

  /** The sidecar of a package, or one that differs from it in what is given. */
  signed({ manifest, list }: PluginPackage, other: Partial<SignedDocument> = {}): Sidecar {
    const { name, version, releaseSeq } = manifest;
    const now = Date.now();
    return this.signDocument({
      ...{ v: 1, purpose: 'plugin-release', alg: 'ed25519', keyId: this.keyId },
      ...{ name, version, releaseSeq },
      signedAt: new Date(now - 1000).toISOString(),
      expiresAt: new Date(now + dayMs).toISOString(),
      tree: { alg: 'sha256', files: list },
      ...other,
    });
  }

  signDocument(document: SignedDocument): Sidecar {
    const sig = sign(null, signedBytes(document), this.privateKey).toString('base64');
    return { ...document, sig };
  }

  /** The key as the server trusts it, for everything unless said otherwise. */
  trusted(terms: Partial<TrustedKey> = {}): TrustedKey {
    return {
      keyId: this.keyId,
      publicKey: this.key.text,
      status: 'active',
      names: ['*'],
      capabilities,
      validFromMs: null,
      validUntilMs: null,
      ...terms,
    };
  }

  /** The body of a request to enrol it, for everything unless said otherwise. */
  enrolment(terms: object = {}): Record<string, unknown> {
    const provenAt = new Date().toISOString();
    return {
      publicKey: this.key.text,
      proof: sign(null, proofBytes(this.key, provenAt), this.privateKey).toString('base64'),
      provenAt,
      label: 'a publisher',
      names: ['*'],
      capabilities: [...capabilities],
      ...terms,
    };
  }
}
