import { PassThrough } from 'node:stream';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { Channel, maxLineBytes } from './channel.js';

interface Received {
  readonly messages: unknown[];
  readonly ends: string[];
}

function listen(stream: PassThrough): Received {
  const received: Received = { messages: [], ends: [] };
  new Channel(stream as unknown as Socket, {
    read: (line) => {
      try {
        return JSON.parse(line) as { type: string };
      } catch {
        return undefined;
      }
    },
    received: (message: object, body) => received.messages.push([message, body]),
    ended: (reason) => received.ends.push(reason),
  });
  return received;
}

const text = '{"type":"kept","call":1}\n{"a":"\u20ac"}\n{"type":"loading","call":2}\n';

describe('a channel', () => {
  it('reads the same messages however the bytes are cut', () => {
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length })), (cuts) => {
        const stream = new PassThrough();
        const { messages } = listen(stream);
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];

        for (let at = 1; at < places.length; at += 1) {
          const chunk = bytes.subarray(places[at - 1], places[at]);
          if (chunk.length > 0) stream.emit('data', chunk);
        }

        expect(messages).toEqual([
          [{ type: 'kept', call: 1 }, '{"a":"\u20ac"}'],
          [{ type: 'loading', call: 2 }, ''],
        ]);
      }),
    );
  });

  it.each([
    ['in one piece', [Buffer.alloc(maxLineBytes + 1, 'x'), Buffer.from('\n')]],
    ['in pieces', Array.from({ length: 17 }, () => Buffer.alloc(65_536, 'x'))],
    [
      'that ends at once',
      [Buffer.concat([Buffer.alloc(maxLineBytes + 1, 'x'), Buffer.from('\n')])],
    ],
  ])('ends at a line that is too long: %s', (_, chunks) => {
    const stream = new PassThrough();
    const { messages, ends } = listen(stream);

    for (const chunk of chunks) stream.emit('data', chunk);

    expect(ends).toEqual(['a line was too long']);
    expect(messages).toEqual([]);
  });

  it('reads nothing after what is no message', () => {
    const stream = new PassThrough();
    const { messages, ends } = listen(stream);

    stream.emit('data', Buffer.from(`garbage\n${text}`));

    expect(ends).toEqual(['a line was not a message']);
    expect(messages).toEqual([]);
  });
});
