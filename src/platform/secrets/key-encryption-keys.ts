import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** What wraps the data keys of secrets. */
export interface KeyEncryptionKey {
  /** 16 hexadecimal digits that are derived from the key, tell nothing about it and may be shown. */
  readonly id: string;
  readonly wrapping: KeyObject;
}

/** The keys of one instance: one protects, all of them open. */
export class KeyEncryptionKeys {
  readonly current: KeyEncryptionKey;
  private readonly byId: ReadonlyMap<string, KeyEncryptionKey>;

  /** @param old keys that open only; the current one may be among them */
  constructor(current: Uint8Array, old: readonly Uint8Array[] = []) {
    this.current = keyEncryptionKey(current);
    // The current one last, so that it is the one that is found when it is listed twice.
    const all = [...old.map(keyEncryptionKey), this.current];
    this.byId = new Map(all.map((key) => [key.id, key]));
  }

  find(id: string): KeyEncryptionKey | undefined {
    return this.byId.get(id);
  }

  /** The ids of those that only open. */
  get oldIds(): readonly string[] {
    return [...this.byId.keys()].filter((id) => id !== this.current.id);
  }
}

const keyBytes = 32;
const idBytes = 8;

/** HKDF-SHA256 (RFC 5869). The info strings are frozen: what is sealed depends on them. */
function keyEncryptionKey(secret: Uint8Array): KeyEncryptionKey {
  if (secret.length !== keyBytes) throw new Error(`a secret key must have ${keyBytes} bytes`);
  // SECURITY: the id is derived apart from the key that wraps, so that it may be stored and shown.
  const derive = (purpose: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', `promptd/secrets/v1/${purpose}`, bytes));
  return Object.freeze({
    id: derive('key-id', idBytes).toString('hex'),
    wrapping: createSecretKey(derive('wrapping', keyBytes)),
  });
}
