import type { Principal } from '../../platform/authorization/index.js';
import type { RecordedEvent } from '../../platform/events/index.js';
import { concerns } from './concerns.js';

const user = { kind: 'user', id: 'u1', sessionId: 's1' } as Principal;
const key = { kind: 'key', id: 'k1' } as Principal;

const event = (type: string, subjectType: string, id: string) =>
  ({ type, subject: { type: subjectType, id, name: '' } }) as RecordedEvent;

it.each([
  ['key.revoked', 'key', 'k1', false, true],
  ['key.revoked', 'key', 'k2', false, false],
  ['key.rotated', 'key', 'k1', false, true],
  ['session.ended', 'session', 's1', true, false],
  ['session.ended', 'session', 's2', false, false],
  ['session.others-ended', 'user', 'u1', true, false],
  ['user.deactivated', 'user', 'u1', true, false],
  ['user.deactivated', 'user', 'u2', false, false],
  ['member.removed', 'member', 'u1', true, false],
  ['member.role-changed', 'member', 'u2', false, false],
  ['project.archived', 'project', 'p1', true, true],
  ['something.new', 'something', 'x', true, true],
  ['prompt.version.published', 'version', 'v1', false, false],
  ['promotion.applied', 'promotion', 'x', false, false],
  ['release.made', 'release', 'x', false, false],
  ['access.denied', 'project', 'p1', false, false],
  ['plugin.denied', 'plugin', 'guard', false, false],
  ['session.started', 'session', 's1', false, false],
  ['login.failed', 'user', 'u1', false, false],
  ['refusals.counted', 'instance', 'x', false, false],
])('%s of the %s %s', (type, subjectType, id, ofUser, ofKey) => {
  const happened = event(type, subjectType, id);
  expect([concerns(happened, user), concerns(happened, key)]).toEqual([ofUser, ofKey]);
});
