import { callbackAt, isAllowedRedirect } from './redirect-uri.js';

const configured = ['https://prompts.example.org/callback'];

describe('where a provider may send a user', () => {
  it.each([
    'https://prompts.example.org/callback',
    'http://127.0.0.1:1/callback',
    'http://127.0.0.1:65535/callback',
    'http://[::1]:49152/callback',
  ])('is %s', (uri) => {
    expect(isAllowedRedirect(uri, configured)).toBe(true);
  });

  it.each([
    '',
    'https://prompts.example.org/callback/',
    'https://prompts.example.org/callback?next=/',
    'https://prompts.example.org/callback#',
    'https://prompts.example.org/other/../callback',
    'https://prompts.example.org:443/callback',
    'https://prompts.example.org@evil.example/callback',
    'https://prompts.example.org.evil.example/callback',
    'http://prompts.example.org/callback',
    'HTTPS://prompts.example.org/callback',
    'https://prompts.example.org/callback\n',
    '//prompts.example.org/callback',
    'http://127.0.0.1/callback',
    'http://127.0.0.1:80/callback',
    'http://127.0.0.1:080/callback',
    'http://127.0.0.1:70000/callback',
    'http://127.0.0.1:8080/callback/x',
    'http://127.0.0.1:8080/callback?x',
    'http://127.0.0.1:8080@evil.example/callback',
    'http://127.0.0.1.evil.example:8080/callback',
    'http://127.1:8080/callback',
    'http://2130706433:8080/callback',
    'http://localhost:8080/callback',
    'http://[::ffff:127.0.0.1]:8080/callback',
    'https://127.0.0.1:8080/callback',
    'javascript:alert(1)',
  ])('is never %j', (uri) => {
    expect(isAllowedRedirect(uri, configured)).toBe(false);
  });
});

describe('the address that a provider sent a user to', () => {
  const redirectUri = 'http://127.0.0.1:8080/callback';

  it('is what was asked for, with the answer in its query', () => {
    expect(callbackAt(redirectUri, `${redirectUri}?code=a&state=b#c`)?.href).toBe(
      `${redirectUri}?code=a&state=b`,
    );
  });

  it.each([
    'no URL',
    'http://127.0.0.1:8081/callback?code=a',
    'http://127.0.0.1:8080/callback/?code=a',
    'http://somebody@127.0.0.1:8080/callback?code=a',
    'https://127.0.0.1:8080/callback?code=a',
  ])('is not %j', (called) => {
    expect(callbackAt(redirectUri, called)).toBeUndefined();
  });
});
