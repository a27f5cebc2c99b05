import { definePlugin } from 'promptd:api';

export default definePlugin({
  endpoints: {
    string: () => {
      let text = 'x';
      for (;;) text += text + text;
    },
    split: () => 'x'.repeat(2 ** 29 - 24).split('').length,
    normalize: () =>
      '\ufdfa'
        .repeat(2 ** 24)
        .normalize('NFKC')
        .repeat(20)
        .normalize('NFKD').length,
    map: () => {
      const map = new Map();
      for (let at = 0; ; at += 1) map.set(at, [at]);
    },
    array: () => Array(1e9).fill(0).length,
    nested: () => {
      let list = [];
      for (;;) list = [list, list.slice()];
    },
    bigint: () => {
      let number = 3n;
      for (;;) number *= number;
    },
    shift: () => (1n << (2n ** 30n - 1n)) * (1n << 5n) > 0n,
    buffer: () => {
      const buffers = [];
      for (;;) buffers.push(new Uint8Array(1e7).fill(1));
    },
    resizable: () => {
      const buffers = [];
      for (;;) {
        const buffer = new ArrayBuffer(0, { maxByteLength: 2 ** 30 });
        buffer.resize(2 ** 30);
        new Uint8Array(buffer).fill(1);
        buffers.push(buffer);
      }
    },
    regexp: () => /^(a+)+$/.test('a'.repeat(64) + '!'),
    deepRegexp: () => new RegExp('('.repeat(1e6) + ')'.repeat(1e6)).test('x'),
    sort: () => Array.from({ length: 3e6 }, (_, at) => -at).sort().length,
    recursion: () => {
      const again = () => again() + 1;
      return again();
    },
    closures: () => {
      let last;
      for (;;) {
        const before = last;
        last = () => before;
      }
    },
    generator: () =>
      [
        ...(function* endless() {
          for (;;) yield 1;
        })(),
      ].length,
    format: () => 'x'.padEnd(2 ** 28).replaceAll(' ', 'yyyyyyyy').length,
    date: () =>
      new Intl.DateTimeFormat('en', { timeZone: 'UTC' }).format(8.64e15).repeat(1e7).length,
  },
});
