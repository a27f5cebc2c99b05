import fc from 'fast-check';
import { type Problem } from '../errors/index.js';
import { refuseCredentials } from './query-credentials.js';

const key = `pdk_${'Ab3d'.repeat(9)}Xy`;
const token = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';

function refusalOf(query: string): Problem | undefined {
  try {
    refuseCredentials(query);
    return undefined;
  } catch (error) {
    return error as Problem;
  }
}

it.each([
  `q=${key}`,
  `q=before%20${key}`,
  `q=${key.replace('_', '%5F')}`,
  key,
  `a=b&cursor=${token}`,
  `q=Bearer+${token}`,
  'access_token=x',
  'accessToken=x',
  'ACCESS-TOKEN=x',
  '%61ccess_token=x',
  'limit=1&api_key=',
  'apikey',
  'apiKey=1',
  'key_secret=1',
  'token=1',
  'password=1=2',
  'refresh_token=x',
  'refreshToken=x',
  'client_secret=x',
  'newPassword=x',
  'q=%zz&password=1',
])('refuses %s and does not repeat it', (query) => {
  const refusal = refusalOf(query);
  expect(refusal?.code).toBe('credential-in-query');
  expect(JSON.stringify([refusal, refusal?.message])).not.toMatch(/pdk_|eyJ|=/);
});

it.each([
  '',
  'q=token&tag=password',
  'q=pdk_short',
  'cursor=eyJhIjoxfQ',
  'q=eyJ.a.b',
  'tokens=1&label=api_key',
  'q=%zz',
])('lets %s pass', (query) => {
  expect(refusalOf(query)).toBeUndefined();
});

it('finds a key wherever it stands, and takes time linear in the query', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const value = encodeURIComponent(`${before.toWellFormed()}${key}${after.toWellFormed()}`);
      expect(refusalOf(`limit=1&q=${value}`)?.code).toBe('credential-in-query');
    }),
  );
  const begin = performance.now();
  for (const hostile of ['eyJ', 'eyJ-', 'eyJaaaaaaaa-', 'eyJa.', 'pdk_', '%', '=']) {
    expect(refusalOf(`q=${hostile.repeat(16_384 / hostile.length)}`)).toBeUndefined();
  }
  expect(performance.now() - begin).toBeLessThan(500);
});
