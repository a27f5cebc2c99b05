import { AuditSequencer } from '../../src/audit/index.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';

jest.setTimeout(60_000);

const PROMPTS = 10;
const VERSIONS = 20;

let app: FreshApplication;

beforeAll(async () => {
  app = await freshApplication();
});

afterAll(() => app.close());

it('finds the trail whole again and again while 200 versions are published', async () => {
  const work = await PromptWorkspace.create(app);
  const writing = { ended: false };
  const publishAll = async (name: string) => {
    for (let patch = 0; patch < VERSIONS; patch += 1) await work.publish(name, `1.0.${patch}`);
  };
  const writes = Array.from({ length: PROMPTS }, (_, index) => publishAll(`prompt-${index}`));
  const done = Promise.all(writes).finally(() => {
    writing.ended = true;
  });
  const verify = async () => (await app.asAdmin('get', '/v1/audit/verify').expect(200)).body;
  const seen: { ok: boolean; entries: number }[] = [];
  while (!writing.ended) seen.push(await verify());
  await done;
  await app.application.nest.get(AuditSequencer).run();
  const { body } = await app.asAdmin('get', '/v1/audit?limit=1&total=true').expect(200);
  seen.push(await verify());

  expect(seen.filter(({ ok }) => !ok)).toEqual([]);
  expect(seen.at(-1)).toMatchObject({ entries: body.total });
  expect(body.total).toBeGreaterThan(PROMPTS * VERSIONS);
  expect(new Set(seen.map(({ entries }) => entries)).size).toBeGreaterThan(2);
});
