import { INSTANCE_PROJECT, type NewEvent } from '../events/index.js';

/** What stands in the place of the secrets themselves: which key protects them now, and how many. */
export function secretsRotated(keyId: string, rotated: number): NewEvent {
  return {
    type: 'secrets.rotated',
    projectId: INSTANCE_PROJECT,
    subject: { type: 'secret-key', id: keyId, name: keyId },
    data: { rotated },
  };
}
