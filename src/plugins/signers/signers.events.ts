import { type EventData, INSTANCE_PROJECT, type NewEvent } from '../../platform/events/index.js';
import { type Signer, signerDigest } from './signer.js';

export function signerEnrolled(signer: Signer): NewEvent {
  return { ...about(signer, 'plugin-signer.enrolled'), after: signerDigest(signer) };
}

/** One event per change, named after what matters most about it. */
export function signerChanged(before: Signer, after: Signer): NewEvent {
  return {
    ...about(after, changeType(before, after)),
    before: signerDigest(before),
    after: signerDigest(after),
  };
}

function changeType(before: Signer, { status }: Signer): string {
  return `plugin-signer.${before.status === status ? 'updated' : changed[status]}`;
}

const changed = { active: 'reactivated', retired: 'retired', revoked: 'revoked' } as const;

function about({ keyId, label, names, capabilities }: Signer, type: string): NewEvent {
  const data: EventData = { names, capabilities };
  return {
    type,
    projectId: INSTANCE_PROJECT,
    subject: { type: 'plugin-signer', id: keyId, name: label },
    data,
  };
}
