import fc from 'fast-check';
import { seededRandom, zipf } from '../../load/bench/zipf.js';
import { AnswerReader } from '../../load/generator/answer-reader.js';
import { requestText } from '../../load/generator/plan.js';

const answer = (status: string, body: string) =>
  `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\nx-y: z\r\n\r\n${body}`;

it('finds the end of an answer however it is cut into chunks', () => {
  const whole = Buffer.from(answer('200 OK', 'hello\r\n\r\nworld'));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: whole.length - 1 })), (places) => {
      const cuts = [0, ...new Set(places.sort((a, b) => a - b)), whole.length];
      const reader = new AnswerReader();
      const statuses = cuts.slice(1).map((end, index) => {
        const chunk = whole.subarray(cuts[index], end);
        return reader.read(chunk, chunk.length);
      });
      expect(statuses.filter((status) => status !== undefined)).toEqual([200]);
      expect(statuses.at(-1)).toBe(200);
    }),
  );
});

it('expects no body after a 304, whatever length it tells', () => {
  const head = Buffer.from('HTTP/1.1 304 Not Modified\r\nContent-Length: 2048\r\n\r\n');

  expect(new AnswerReader().read(head, head.length)).toBe(304);
});

it('refuses an answer whose end it cannot know', () => {
  const chunked = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');

  expect(() => new AnswerReader().read(chunked, chunked.length)).toThrow(
    'without a Content-Length',
  );
});

it('writes a request byte for byte', () => {
  expect(requestText({ method: 'POST', path: '/x', headers: { A: 'b' }, body: '{"ä":1}' })).toBe(
    'POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nA: b\r\nContent-Type: application/json\r\n' +
      'Content-Length: 8\r\n\r\n{"ä":1}',
  );
});

it('draws the popular more often, and the same for the same seed', () => {
  const draw = () => {
    const next = zipf(1000, seededRandom(7));
    return Array.from({ length: 20_000 }, next);
  };
  const drawn = draw();
  const share = (n: number) => drawn.filter((value) => value === n).length / drawn.length;

  expect(draw()).toEqual(drawn);
  expect(share(1) / share(2)).toBeCloseTo(2, 0);
  expect(Math.min(...drawn)).toBe(1);
  expect(Math.max(...drawn)).toBeLessThanOrEqual(1000);
});
