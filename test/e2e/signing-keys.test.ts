import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { type Application, createApplication } from '../../src/application.js';
import { systemContext } from '../../src/platform/authorization/index.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { INSTANCE_PROJECT, OutboxRepository } from '../../src/platform/events/index.js';
import type { PublishedKey } from '../../src/platform/signing-keys/index.js';
import { createLogger } from '../../src/platform/telemetry/index.js';
import { verifiableVersion, versionFault } from '../../src/registry/verification.js';
import { cheapPasswords } from '../support/cheap-passwords.js';
import { adminCredentials } from '../support/fresh-application.js';
import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';

jest.setTimeout(30_000);

const base64 = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const [first, second] = [base64(1), base64(2)];

let directory: string;
let database: FreshDatabase;
const running = new Set<Application>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promptd-signing-'));
});

beforeEach(async () => {
  database = await freshDatabase();
});

afterEach(async () => {
  await stopAll();
  await database.drop();
});

afterAll(() => rm(directory, { recursive: true }));

/** An instance with this seed on the database of the test. */
async function start(seed: string, ...otherSeeds: readonly string[]) {
  const config = loadConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    PROMPTD_DATA_DIR: directory,
    PROMPTD_SIGNING_KEY: seed,
    PROMPTD_SIGNING_KEYS_OLD: otherSeeds.join(','),
    PROMPTD_SECRET_KEY: base64(3),
    PROMPTD_ADMIN_PASSWORD: adminCredentials.password,
    PROMPTD_MIGRATE: 'check',
  });
  const application = await createApplication(config, createLogger('silent'), {
    passwordCost: cheapPasswords,
  });
  running.add(application);
  await application.listen();
  const http = application.nest.getHttpServer();
  const as = (token: string, method: 'get' | 'post', path: string) =>
    request(http)[method](path).set('Authorization', `Bearer ${token}`);
  return {
    as,
    logIn: async () => {
      const { body } = await request(http).post('/v1/auth/login').send(adminCredentials);
      return String(body.accessToken);
    },
    publish: async (token: string, version: string, text: string) => {
      const body = { version, content: { kind: 'text', text } };
      await as(token, 'post', versions).send(body).expect(201);
    },
    read: async (token: string, version: string) => {
      const { body } = await as(token, 'get', `${versions}/${version}`).expect(200);
      return verifiableVersion(body)!;
    },
    keys: async () => {
      const answer = await request(http).get('/v1/keys').expect(200);
      expect(answer.headers['cache-control']).toBe('public, max-age=60');
      return answer.body.keys as (PublishedKey & { firstUsedAt: string })[];
    },
    keyEvents: async () => {
      const outbox = application.nest.get(OutboxRepository);
      const events = await outbox.listAfter(systemContext('test'), INSTANCE_PROJECT, 0, 1_000);
      return events
        .filter(({ type }) => type.startsWith('signing-key.'))
        .map(({ type, subject }) => `${type} ${subject.name}`)
        .sort();
    },
  };
}

const versions = '/v1/projects/acme/prompts/support%2Ftriage/versions';

async function stopAll(): Promise<void> {
  for (const application of running) await application.close();
  running.clear();
}

/** SQLite lets one process in, so instances come one after the other on every database. */
async function restart(seed: string, ...otherSeeds: readonly string[]) {
  await stopAll();
  return start(seed, ...otherSeeds);
}

describe('the signing keys of an instance', () => {
  it('are published with their purpose, and those of access tokens are not', async () => {
    const instance = await start(first);
    const keys = await instance.keys();
    expect(keys.map(({ purpose }) => purpose)).toEqual(['audit-checkpoint', 'version']);
    for (const key of keys) {
      expect(Object.keys(key).sort()).toEqual([
        'alg',
        'current',
        'firstUsedAt',
        'keyId',
        'publicKey',
        'purpose',
      ]);
      expect(key).toMatchObject({
        alg: 'ed25519',
        current: true,
        keyId: expect.stringMatching(/^[\w-]{43}$/),
        publicKey: expect.stringMatching(/^[\w-]{43}$/),
      });
      expect(Math.abs(Date.parse(key.firstUsedAt) - Date.now())).toBeLessThan(60_000);
    }
    expect(await instance.keyEvents()).toEqual([
      'signing-key.registered audit-checkpoint',
      'signing-key.registered version',
    ]);
  });

  it('are written down once, however often it starts', async () => {
    const before = await (await start(first)).keys();
    const again = await restart(first);
    expect(await again.keys()).toEqual(before);
    expect(await again.keyEvents()).toHaveLength(2);
  });

  it('change without invalidating a signature, and without signing anybody out', async () => {
    const old = await start(first, second);
    const oldToken = await old.logIn();
    await old.as(oldToken, 'post', '/v1/projects').send({ name: 'acme' }).expect(201);
    await old.publish(oldToken, '1.0.0', 'before');
    const oldKeys = await old.keys();

    const swapped = await restart(second, first);
    await swapped.as(oldToken, 'get', '/v1/auth/me').expect(200);
    const token = await swapped.logIn();
    await swapped.publish(oldToken, '1.0.1', 'after');
    const keys = await swapped.keys();
    const [before, after] = [
      await swapped.read(token, '1.0.0'),
      await swapped.read(token, '1.0.1'),
    ];
    expect([versionFault(before, keys), versionFault(after, keys)]).toEqual([undefined, undefined]);
    expect(versionFault(after, oldKeys)).toBe('unknown-key');
    const current = keys.filter((key) => key.current).map(({ keyId }) => keyId);
    expect(keys).toHaveLength(4);
    expect(current).toHaveLength(2);
    expect(current).toContain(after.signature.keyId);
    expect(current).not.toContain(before.signature.keyId);
    expect(keys.filter(({ keyId }) => !current.includes(keyId))).toEqual(
      oldKeys.map((key) => ({ ...key, current: false })),
    );

    const fallenBack = await restart(first, second);
    await fallenBack.as(token, 'get', '/v1/auth/me').expect(200);
    expect((await fallenBack.keys()).filter((key) => key.current)).toEqual(oldKeys);

    const done = await restart(second);
    await done.as(oldToken, 'get', '/v1/auth/me').expect(401);
    await done.as(token, 'get', '/v1/auth/me').expect(200);
    expect(versionFault(await done.read(token, '1.0.0'), await done.keys())).toBeUndefined();
    expect(await done.keyEvents()).toEqual([
      ...Array.from({ length: 3 }, () => 'signing-key.changed audit-checkpoint'),
      ...Array.from({ length: 3 }, () => 'signing-key.changed version'),
      ...Array.from({ length: 2 }, () => 'signing-key.registered audit-checkpoint'),
      ...Array.from({ length: 2 }, () => 'signing-key.registered version'),
    ]);
  });

  // DIALECT: a file of SQLite has one process.
  if (databaseUnderTest() !== 'sqlite') {
    it('are written down once by instances that start at the same time', async () => {
      const seeds = [first, second, first, second, first];
      const fleet = await Promise.all(seeds.map((seed) => start(seed)));
      const keys = await fleet[0]!.keys();
      expect(keys).toHaveLength(4);
      expect(keys.filter((key) => key.current)).toHaveLength(2);
      const registered = (await fleet[0]!.keyEvents()).filter((line) => line.includes('.reg'));
      expect(registered).toHaveLength(4);
    });
  }
});
