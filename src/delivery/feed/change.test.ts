import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventData, RecordedEvent } from '../../platform/events/index.js';
import { changeOf, changeTypes } from './change.js';

const digest = `sha256:${'a'.repeat(64)}`;

function event(type: string, data: EventData = { prompt: 'support/greeting' }): RecordedEvent {
  return {
    type,
    projectId: 'a project',
    subject: { type: 'version', id: 'an internal id', name: 'support/greeting@1.0.0' },
    before: digest,
    after: digest,
    data,
    revision: 7,
    position: 1,
    atMs: Date.UTC(2027, 0, 2, 3, 4, 5, 6),
    actor: { kind: 'key', id: 'the id of a key', name: 'ci' },
    requestId: 'a request',
    origin: { ip: '192.0.2.1', userAgent: 'a browser' },
  };
}

const shared = {
  revision: 7,
  prompt: 'support/greeting',
  at: '2027-01-02T03:04:05.006Z',
  by: { kind: 'key', name: 'ci' },
};

it('tells of a version its number, and its digest when it is published', () => {
  const data = { prompt: 'support/greeting', version: '1.0.0', ordinal: 3, reason: 'private' };
  expect(changeOf(event('prompt.version.published', data))).toEqual({
    ...shared,
    type: 'prompt.version.published',
    version: '1.0.0',
    digest,
  });
  expect(changeOf(event('prompt.version.yanked', data))).toEqual({
    ...shared,
    type: 'prompt.version.yanked',
    version: '1.0.0',
  });
});

it('tells of a label where it pointed and where it points', () => {
  const data = { prompt: 'support/greeting', label: 'production', reason: 'private', move: 3 };
  const moved = event('prompt.label.moved', { ...data, from: null, to: '1.0.0' });
  expect(changeOf(moved)).toEqual({
    ...shared,
    ...{ type: 'prompt.label.moved', label: 'production', from: null, to: '1.0.0' },
  });
  const removed = event('prompt.label.removed', { ...data, from: '1.0.0', to: null });
  expect(changeOf(removed)).toMatchObject({ from: '1.0.0', to: null });
});

it.each(changeTypes)('tells nothing about %s that only some may know', (type) => {
  const change = changeOf(event(type, { prompt: 'p', reason: 'private', message: 'private' }));
  expect(change?.type).toBe(type);
  expect(JSON.stringify(change)).not.toMatch(
    /192\.0|browser|private|an internal id|of a key|request/,
  );
});

it.each([
  'prompt.label.glass-broken',
  'prompt.something-new',
  'release.made',
  'promotion.requested',
  'label-policy.set',
  'key.created',
  'member.added',
  'access.denied',
  'plugin.denied',
  'user.updated',
])('tells nothing of %s', (type) => {
  expect(changeOf(event(type))).toBeUndefined();
});

it('tells nothing of an event that names no prompt', () => {
  expect(changeOf(event('prompt.created', {}))).toBeUndefined();
  expect(changeOf(event('prompt.created', { prompt: 7 }))).toBeUndefined();
});

it('knows every kind of event that the registry makes of a prompt', () => {
  const registry = join(import.meta.dirname, '..', '..', 'registry');
  const made = readdirSync(registry, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.events.ts'))
    .flatMap((file) => [
      ...readFileSync(join(registry, file), 'utf8').matchAll(/'(prompt\.[a-z.-]+)'/g),
    ])
    .map(([, type]) => String(type));
  const unknown = made.filter((type) => !(changeTypes as readonly string[]).includes(type));
  expect(new Set(unknown)).toEqual(new Set(['prompt.label.glass-broken']));
});
