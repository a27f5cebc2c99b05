import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endPrograms, startProgram } from '../support/child-program.js';
import { adminCredentials } from '../support/fresh-application.js';
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { HttpClient } from '../support/http-client.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

let directory: string;
let database: FreshDatabase;
const file = () => join(directory, 'checkpoints');

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promptd-checkpoint-file-'));
  database = await freshDatabase();
});

afterAll(async () => {
  await endPrograms();
  await database.drop();
  await rm(directory, { recursive: true });
});

const start = (seed = 7) =>
  startProgram({
    cwd: directory,
    environment: {
      PORT: '0',
      DATABASE_URL: database.url,
      PROMPTD_SIGNING_KEY: Buffer.alloc(32, seed).toString('base64'),
      PROMPTD_SECRET_KEY: Buffer.alloc(32, 8).toString('base64'),
      PROMPTD_ADMIN_PASSWORD: adminCredentials.password,
      PROMPTD_AUDIT_CHECKPOINT_FILE: file(),
    },
  });

async function exported(): Promise<readonly { sequence: number }[]> {
  const text = await readFile(file(), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { sequence: number });
}

it('has every checkpoint after a kill in the middle of writes, and a last one at the end', async () => {
  const killed = await start();
  const client = await HttpClient.logIn(killed.url, adminCredentials);
  await until(exported, (lines) => lines.length > 0);
  const writes = Array.from({ length: 40 }, async (_, index) =>
    client.send('POST', '/v1/projects', { name: `project-${index}` }).catch(() => undefined),
  );
  await writes[0];
  await killed.stop('SIGKILL');
  await Promise.all(writes);

  const second = await start();
  const again = await HttpClient.logIn(second.url, adminCredentials);
  await again.send('POST', '/v1/projects', { name: 'last' });
  // The lease of the one that was killed has to end first.
  const findLast = () => again.send('GET', '/v1/audit?type=project.created&subject=last');
  const created = await until(findLast, ({ body }) => body.items.length === 1);
  expect((await second.stop('SIGINT')).code).toBe(0);

  // Another seed has another key, and what the one before has signed stays signed.
  const third = await start(9);
  const last = await HttpClient.logIn(third.url, adminCredentials);
  const listed = await last.send('GET', '/v1/audit/checkpoints?limit=200');
  const kept = listed.body.items as readonly { sequence: number }[];
  const lines = await until(exported, ({ length }) => length >= kept.length);
  expect(lines.slice(0, kept.length)).toEqual(kept.toReversed());
  expect(kept[0]!.sequence).toBeGreaterThanOrEqual(created.body.items[0].sequence);
  const verified = await last.send('GET', '/v1/audit/verify');
  expect(verified.body).toMatchObject({ ok: true, checkpoints: kept.length });
});
