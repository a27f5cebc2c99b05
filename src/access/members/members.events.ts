import type { NewEvent } from '../../platform/events/index.js';
import { type Member, memberDigest } from './member.js';

export function memberChanged(before: Member | undefined, after: Member): NewEvent {
  return {
    ...about(after, before ? 'member.role-changed' : 'member.added'),
    ...(before && { before: memberDigest(before) }),
    after: memberDigest(after),
  };
}

export function memberRemoved(before: Member): NewEvent {
  return { ...about(before, 'member.removed'), before: memberDigest(before) };
}

function about({ projectId, userId, username, role }: Member, type: string): NewEvent {
  const subject = { type: 'member', id: userId, name: username };
  return { type, projectId, subject, data: { role } };
}
