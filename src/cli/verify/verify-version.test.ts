import { sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  canonicalJson,
  digestOf,
  keyRingFromSeed,
  publicKeyOf,
} from '../../platform/crypto/index.js';
import { ApiClient } from '../api/api-client.js';
import { parseReference } from './version-reference.js';
import { verifyVersion } from './verify-version.js';

const key = keyRingFromSeed(Buffer.alloc(32, 7)).version;
const content = { kind: 'text', text: 'Sort it' };
const signed = {
  project: 'acme',
  name: 'support/triage',
  version: '1.0.0',
  ordinal: 1,
  digest: digestOf({ content, format: 1, lock: [] }),
};
const bytes = Buffer.from(`promptd/version-sig/v1\0${canonicalJson(signed)}`);
const value = sign(null, bytes, key.privateKey).toString('base64');
const signature = { keyId: key.keyId, alg: 'ed25519', value };
const version = { ...signed, content, lock: [], signature };

/** Whatever it is asked for, it answers the same genuine version. */
let server: Server;
let client: ApiClient;
const paths: (string | undefined)[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    paths.push(request.url);
    const keys = { keys: [publicKeyOf(key, 'version')] };
    response.end(JSON.stringify(request.url === '/v1/keys' ? keys : version));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

beforeEach(() => {
  paths.length = 0;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const verify = (text: string) =>
  verifyVersion(parseReference(text), { connect: async () => Promise.resolve(client) });

describe('a version that a server answers', () => {
  it.each(['1.0.0', 'latest', 'production', '^1.0.0', '1.0.0,latest'])(
    'may be what it chose for %s',
    async (selector) => {
      expect(await verify(`acme/support/triage@${selector}`)).toContain(
        'triage@1.0.0 is as it was',
      );
      const path = `/v1/projects/acme/prompts/support%2Ftriage/versions/`;
      expect(paths).toEqual(['/v1/keys', path + encodeURIComponent(selector)]);
    },
  );

  it.each([
    'acme/support/triage@1.0.1',
    'acme/support/triage@1.0.0-rc.1',
    'acme/support/summary@1.0.0',
    'acme/support/summary@latest',
    'other/support/triage@1.0.0',
    'other/support/triage@latest',
  ])('is genuine, and no answer to %s', async (asked) => {
    await expect(verify(asked)).rejects.toThrow(
      `${asked} was asked for, and this is acme/support/triage@1.0.0`,
    );
  });
});
