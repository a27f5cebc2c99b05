import { keyRingFromSeed, publicKeyOf } from '../platform/crypto/index.js';
import type { RecordedEvent } from '../platform/events/index.js';
import { type AuditEntry, chain } from './audit-entry.js';
import { signCheckpoint } from './checkpoints/sign-checkpoint.js';
import { type AuditCheckpoint, emptyTrail } from './verification.js';

const keys = keyRingFromSeed(Buffer.alloc(32, 1));

export const checkpointKey = publicKeyOf(keys['audit-checkpoint'], 'audit-checkpoint');

export function someEvents(count: number): readonly RecordedEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    type: 'prompt.version.published',
    projectId: '01890000-0000-7000-8000-000000000001',
    revision: index + 1,
    position: 0,
    atMs: 1_700_000_000_000 + index,
    actor: { kind: 'user', id: '01890000-0000-7000-8000-000000000002', name: 'ada' },
    requestId: 'request-1',
    origin: { ip: null, userAgent: null },
    subject: { type: 'prompt', id: '01890000-0000-7000-8000-000000000003', name: 'greeting' },
    data: { version: '1.0.0' },
  }));
}

export function someTrail(length: number): readonly AuditEntry[] {
  return chain(emptyTrail, someEvents(length));
}

export function checkpointOf({ sequence, hash }: AuditEntry): AuditCheckpoint {
  return signCheckpoint({ sequence, hash }, 1_700_000_000_000, keys['audit-checkpoint']);
}
