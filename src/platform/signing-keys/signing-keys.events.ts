import { digestOf, type PublicKey } from '../crypto/index.js';
import { INSTANCE_PROJECT, type NewEvent } from '../events/index.js';

/** A key that no instance has signed with before. */
export function signingKeyRegistered(key: PublicKey): NewEvent {
  return { ...aboutKey('signing-key.registered', key), after: digestOf(key) };
}

/** The instances sign with another key than before, which may have been in use earlier. */
export function signingKeyChanged(key: PublicKey, previousKeyId: string): NewEvent {
  return {
    ...aboutKey('signing-key.changed', key),
    before: digestOf({ purpose: key.purpose, keyId: previousKeyId }),
    after: digestOf({ purpose: key.purpose, keyId: key.keyId }),
    data: { purpose: key.purpose, previousKeyId },
  };
}

function aboutKey(type: string, { keyId, purpose }: PublicKey): NewEvent {
  return {
    type,
    projectId: INSTANCE_PROJECT,
    subject: { type: 'signing-key', id: keyId, name: purpose },
    data: { purpose },
  };
}
