import type { NewEvent } from '../../platform/events/index.js';
import { type Credential, credentialDigest } from './credential.js';

export function credentialCreated(credential: Credential): NewEvent {
  return { ...about(credential, 'credential.created'), after: credentialDigest(credential) };
}

export function credentialDeleted(credential: Credential): NewEvent {
  return { ...about(credential, 'credential.deleted'), before: credentialDigest(credential) };
}

function about({ id, name, projectId, provider }: Credential, type: string): NewEvent {
  return { type, projectId, subject: { type: 'credential', id, name }, data: { provider } };
}
