import { type AllowList, allowsAddress, allowsName, parseAllowList } from './allow-list.js';

const list = (text: string): AllowList => {
  const parsed = parseAllowList(text);
  if (!parsed) throw new Error(`${text} is no list`);
  return parsed;
};

describe('the allow-list', () => {
  it.each<[string, string, number, boolean]>([
    ['ollama', 'ollama', 11434, true],
    ['ollama', 'ollama', 80, true],
    ['ollama:11434', 'ollama', 11434, true],
    ['ollama:11434', 'ollama', 80, false],
    ['Ollama.Internal.', 'ollama.internal', 80, true],
    ['münchen.example', 'xn--mnchen-3ya.example', 443, true],
    ['10.0.0.0/8, ollama', 'ollama', 80, true],
    ['internal', 'ollama.internal', 80, false],
    ['ollama.internal', 'internal', 80, false],
    ['127.0.0.1', 'localhost', 80, false],
  ])('%s names %s:%i: %s', (text, name, port, allowed) => {
    expect(allowsName(list(text), name, port)).toBe(allowed);
  });

  it.each<[string, string, number, boolean]>([
    ['10.0.0.0/8', '10.255.0.1', 80, true],
    ['10.0.0.0/8', '11.0.0.1', 80, false],
    ['10.1.2.3/8', '10.255.0.1', 80, true],
    ['0.0.0.0/0', '127.0.0.1', 80, true],
    ['0.0.0.0/0', '::1', 80, false],
    ['0.0.0.0/0', '::ffff:127.0.0.1', 80, false],
    ['::/0', '127.0.0.1', 80, false],
    ['127.0.0.1', '127.0.0.1', 80, true],
    ['127.0.0.1', '127.0.0.2', 80, false],
    ['127.0.0.1:8080', '127.0.0.1', 8080, true],
    ['127.0.0.1:8080', '127.0.0.1', 80, false],
    ['fd00::/8', 'fd12::1', 80, true],
    ['::1', '::1', 80, true],
    ['[::1]:8080', '::1', 8080, true],
    ['[::1]:8080', '::1', 80, false],
    ['ollama', '10.0.0.1', 80, false],
  ])('%s holds %s at port %i: %s', (text, address, port, allowed) => {
    expect(allowsAddress(list(text), address, port)).toBe(allowed);
  });

  it.each([
    '',
    ',',
    'ollama,',
    'http://ollama',
    'ollama/path',
    'user@ollama',
    'ollama:0',
    'ollama:65536',
    'ollama:port',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8:80',
    '::1/129',
    '[::1',
    '[ollama]',
    '[fe80::1%eth0]',
    '1.2.3',
    '0x7f.1',
    '*.example.org',
    '*',
    'a b',
  ])('is not %j', (text) => {
    expect(parseAllowList(text)).toBeUndefined();
  });
});
