import fc from 'fast-check';
import { readFromRunner } from './messages.js';

describe('what a runner says', () => {
  it.each([
    { type: 'ready' },
    { type: 'failed', reason: 'thrown', message: 'x' },
    { type: 'host', call: 17, op: 1, name: 'kv.get' },
    { type: 'log', call: 17, level: 'info' },
    { type: 'kept', call: 17 },
    { type: 'loading', call: 17 },
    { type: 'broken', call: 17, reason: 'cpu', message: 'x', killed: 'isolate' },
    { type: 'memory', rssBytes: 1 },
  ])('is read: $type', (message) => {
    expect(readFromRunner(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    ['', 'nothing'],
    ['null', 'null'],
    ['[]', 'a list'],
    ['"kept"', 'a text'],
    ['{"type":"call","call":17}', 'what only the API process says'],
    ['{"type":"kept"}', 'no call'],
    ['{"type":"kept","call":-1}', 'a negative call'],
    ['{"type":"kept","call":1.5}', 'half a call'],
    ['{"type":"kept","call":"17"}', 'a call that is a text'],
    ['{"type":"kept","call":9007199254740992}', 'a call beyond whole numbers'],
    ['{"type":"host","call":17,"op":1,"name":"__proto__"}', 'an operation of Object.prototype'],
    ['{"type":"host","call":17,"op":1,"name":"constructor"}', 'another one'],
    ['{"type":"host","call":17,"op":1,"name":["kv.get"]}', 'an operation in a list'],
    ['{"type":"log","call":17,"level":"fatal"}', 'a level that is none'],
    ['{"type":"broken","call":17,"reason":"valueOf","message":"","killed":"nothing"}', 'a reason'],
    ['{"type":"broken","call":17,"reason":"cpu","message":"","killed":true}', 'a kill'],
    ['{"type":"broken","call":17,"reason":"cpu","message":{},"killed":"nothing"}', 'a message'],
    ['{"__proto__":{"type":"ready"}}', 'a type that is inherited'],
  ])('is refused: %s (%s)', (line) => {
    expect(readFromRunner(line)).toBeUndefined();
  });

  it('is refused without an error whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        expect(readFromRunner(line)).toBeUndefined();
      }),
    );
  });
});
