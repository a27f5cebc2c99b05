import fc from 'fast-check';
import { isEventPattern, mayLeave, wantsEvent } from './event-filter.js';
import { webhookEventTypes } from './webhook-event-types.js';

const everything = { events: ['*'], prompts: ['*'] };
const about = (prompt: string) => ({ type: 'prompt.version.published', data: { prompt } });

const word = fc.constantFrom('prompt', 'version', 'published', 'label', 'release', 'made', 'key');
const anyType = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('.'));
const type = fc.oneof(fc.constantFrom(...webhookEventTypes), anyType);
const pattern = fc.oneof(
  fc.constant('*'),
  type,
  type.map((prefix) => `${prefix}.*`),
);

describe('the events that may leave', () => {
  it.each([
    'access.denied',
    'audit.exported',
    'credential.created',
    'identity.linked',
    'key.created',
    'login.failed',
    'member.added',
    'project.created',
    'prompt',
    'prompt.forgotten',
    'prompt.version',
    'prompts.listed',
    'promptness.gained',
    'refusals.counted',
    'secrets.rotated',
    'session.others-ended',
    'user.created',
    'webhook.created',
  ])('do not hold %s, whoever asks for it', (one) => {
    expect(mayLeave(one)).toBe(false);
    for (const events of [['*'], [one], [`${one.split('.')[0]!}.*`]]) {
      expect(wantsEvent({ events, prompts: ['*'] }, { type: one })).toBe(false);
    }
  });

  it('are the only ones that any pattern gets', () => {
    fc.assert(
      fc.property(fc.array(pattern), type, (events, one) => {
        const isWanted = wantsEvent({ events, prompts: ['*'] }, { type: one });
        expect(isWanted && !mayLeave(one)).toBe(false);
      }),
    );
  });
});

describe('a pattern of events', () => {
  it.each(['*', 'prompt.*', 'prompt.label.*', 'prompt.label.glass-broken', 'label-policy.set'])(
    'may be %s',
    (text) => {
      expect(isEventPattern(text)).toBe(true);
    },
  );

  it.each(webhookEventTypes)('may be %s', (text) => {
    expect(isEventPattern(text)).toBe(true);
  });

  it.each([
    ...['', '**', '.*', 'prompt', 'prompt*', 'prompt.', 'prompt.*.*', '*.moved', 'Prompt.created'],
    ...[
      'key.*',
      'key.created',
      'webhook.*',
      'promp.*',
      'prompt..x',
      ' prompt.*',
      'prompt.created\n',
    ],
    ...['prompt.published', 'prompt.vers', 'prompt.vers.*', 'prompt.created.*', 'release.undone'],
  ])('may not be %j', (text) => {
    expect(isEventPattern(text)).toBe(false);
  });

  it('matches the type itself, or what goes on after the dot', () => {
    const wants = (one: string) =>
      wantsEvent({ events: ['prompt.label.*'], prompts: ['*'] }, { type: one });
    expect(['prompt.label.moved', 'prompt.label.removed'].map(wants)).toEqual([true, true]);
    expect(['prompt.label', 'prompt.labels.set', 'prompt.created'].map(wants)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('gets all that each of its parts gets, and no more', () => {
    fc.assert(
      fc.property(fc.array(pattern), fc.array(pattern), type, (left, right, one) => {
        const wants = (events: string[]) => wantsEvent({ events, prompts: ['*'] }, { type: one });
        expect(wants([...left, ...right])).toBe(wants(left) || wants(right));
      }),
    );
  });
});

describe('a webhook for some prompts', () => {
  const support = { events: ['*'], prompts: ['support/*', 'greeting'] };

  it('is told of these prompts', () => {
    expect(wantsEvent(support, about('support/refund'))).toBe(true);
    expect(wantsEvent(support, about('greeting'))).toBe(true);
    expect(wantsEvent(support, about('supporters/refund'))).toBe(false);
  });

  it.each(webhookEventTypes)('is not told of %s when no one prompt is named', (one) => {
    const event = { type: one, data: { labels: ['greeting@production: 1.0.0'] } };
    expect(wantsEvent(support, event)).toBe(false);
    expect(wantsEvent(everything, event)).toBe(true);
  });
});
