import { parseProviders } from './providers-setting.js';

describe('the providers', () => {
  it.each([
    ['openai=https://gateway.example.com/v1', [['openai', 'https://gateway.example.com/v1']]],
    ['ollama=http://ollama:11434/v1/', [['ollama', 'http://ollama:11434/v1']]],
    ['x=https://EXAMPLE.com', [['x', 'https://example.com']]],
    [
      'a-1=https://a.example/v1, b=https://[2001:db8::1]:8443/b',
      [
        ['a-1', 'https://a.example/v1'],
        ['b', 'https://[2001:db8::1]:8443/b'],
      ],
    ],
  ])('are read from %s', (text, expected) => {
    const found = parseProviders(text)?.map(({ slug, baseUrl }) => [slug, baseUrl]);
    expect(found).toEqual(expected);
  });

  it.each([
    '',
    ',',
    'openai',
    'openai=',
    '=https://a.example',
    'openai=https://a.example,',
    'openai=https://a.example,openai=https://b.example',
    'OpenAI=https://a.example',
    '-a=https://a.example',
    'a--b=https://a.example',
    `${'a'.repeat(65)}=https://a.example`,
    'a=a.example',
    'a=ftp://a.example',
    'a=file:///etc/passwd',
    'a=javascript:alert(1)',
    'a=https://user:password@a.example',
    'a=https://user@a.example',
    'a=https://a.example/?key=x',
    'a=https://a.example/#x',
    'a=https://',
  ])('are never %j', (text) => {
    expect(parseProviders(text)).toBeUndefined();
  });
});
