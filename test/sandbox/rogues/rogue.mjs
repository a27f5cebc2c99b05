import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { basename } from 'node:path';
import process from 'node:process';

/*
 * A runner that a plugin has broken out into and made its own: it says what it likes. Which of these
 * it does is in the name of the file that loads it.
 */
export function behave(name) {
  const socket = new Socket({ fd: 3, readable: true, writable: true });
  const say = (...lines) => {
    for (const line of lines)
      socket.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  };
  const answers = {
    garbage: () => say('this is no message'),
    binary: () => socket.write(Buffer.concat([Buffer.alloc(4096, 0xff), Buffer.from('\n')])),
    'endless-line': () => {
      const part = 'x'.repeat(64 * 1024);
      const more = () => {
        while (socket.write(part));
      };
      socket.on('drain', more);
      more();
    },
    'unknown-type': (call) => say({ type: 'become-admin', call }),
    'odd-operation': (call) => say({ type: 'host', call, op: 1, name: '__proto__' }, '{}'),
    'foreign-call': (call) => say({ type: 'kept', call: call + 1 }, '"forged"'),
    'no-json': (call) => say({ type: 'kept', call }, '{'),
    'fractional-call': (call) => say({ type: 'kept', call: call + 0.5 }, '1'),
    'host-flood': (call) => {
      for (let op = 1; op <= 101; op += 1) say({ type: 'host', call, op, name: 'kv.get' }, '{}');
    },
    'log-flood': (call) => {
      for (let at = 0; at < 1000; at += 1) say({ type: 'log', call, level: 'info' }, '"x"');
    },
    'long-log': (call) =>
      say({ type: 'log', call, level: 'info' }, JSON.stringify('x'.repeat(9000))),
    'odd-level': (call) => say({ type: 'log', call, level: 'constructor' }, '"x"'),
    'second-ready': () => say({ type: 'ready' }, '{}'),
    'long-message': (call) =>
      say({
        type: 'broken',
        call,
        reason: 'thrown',
        message: 'x'.repeat(100_000),
        killed: 'nothing',
      }),
    'odd-reason': (call) =>
      say({ type: 'broken', call, reason: 'toString', message: '', killed: 'nothing' }),
    'twice-loading': (call) => say({ type: 'loading', call }, { type: 'loading', call }),
    memory: () => say({ type: 'memory', rssBytes: 1 }),
    silent: () => undefined,
    exits: () => process.exit(0),
    noisy: () => {
      for (let at = 0; at < 1000; at += 1) writeSync(2, `${'y'.repeat(1023)}\n`);
      process.exit(1);
    },
  };
  let begun = false;
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
    if (!begun && text.includes('"type":"start"')) {
      begun = true;
      say({ type: 'ready' }, '{"hooks":[],"endpoints":[],"modals":{}}');
    }
    const call = /"type":"call","call":(\d+)/.exec(text)?.[1];
    if (call === undefined) return;
    text = '';
    answers[name](Number(call));
  });
}

behave(basename(process.argv[1], '.mjs'));
