import { parseGroupGrants, parseIssuer, parseRedirectUris, parseScopes } from './oidc-setting.js';

describe('the issuer', () => {
  it.each([
    'https://login.example.org',
    'https://login.example.org/realms/a/',
    'http://127.0.0.1:9000',
    'http://[::1]:9000',
    'http://localhost:9000',
  ])('may be %s, and stays as it was written', (issuer) => {
    expect(parseIssuer(issuer)).toBe(issuer);
  });

  it.each([
    '',
    'login.example.org',
    'http://login.example.org',
    'http://127.0.0.1.example.org',
    'ftp://127.0.0.1',
    'https://somebody:hunter2@login.example.org',
    'https://login.example.org/?tenant=a',
    'https://login.example.org/#a',
    'https://login.example.org/.well-known/openid-configuration',
    `https://login.example.org/${'a'.repeat(255)}`,
  ])('is never %j', (issuer) => {
    expect(parseIssuer(issuer)).toBeUndefined();
  });
});

describe('the redirect addresses', () => {
  it('are separated by commas', () => {
    const uris = ['https://prompts.example.org/callback', 'http://localhost:3000/cb'];

    expect(parseRedirectUris(uris.join(', '))).toEqual(uris);
  });

  it.each([
    '*',
    'https://prompts.example.org',
    'https://prompts.example.org:443/callback',
    'https://prompts.example.org/callback?x=y',
    'https://prompts.example.org/a/../callback',
    'https://PROMPTS.example.org/callback',
    'http://prompts.example.org/callback',
    'https://prompts.example.org/callback,',
    'javascript:alert(1)',
  ])('are never %j', (uris) => {
    expect(parseRedirectUris(uris)).toBeUndefined();
  });
});

it('asks for an identity at least', () => {
  expect(parseScopes('openid groups')).toBe('openid groups');
  expect(['', 'email', 'openid  email', 'openid\nemail', 'openidx'].map(parseScopes)).toEqual(
    Array(5).fill(undefined),
  );
});

describe('the roles of groups', () => {
  it('are instance admin and roles in projects', () => {
    const text = '{"ops": ["instance-admin", "acme:admin"], "__proto__": ["acme.eu:viewer"]}';

    expect([...(parseGroupGrants(text) ?? [])]).toEqual([
      ['ops', ['instance-admin', { project: 'acme', role: 'admin' }]],
      ['__proto__', [{ project: 'acme.eu', role: 'viewer' }]],
    ]);
  });

  it.each([
    '',
    '[]',
    'null',
    '{"ops": "instance-admin"}',
    '{"ops": ["owner"]}',
    '{"ops": ["acme:owner"]}',
    '{"ops": ["acme:instance-admin"]}',
    '{"ops": [":admin"]}',
    '{"ops": ["a:b:admin"]}',
    '{"ops": [null]}',
  ])('are never %j', (text) => {
    expect(parseGroupGrants(text)).toBeUndefined();
  });
});
