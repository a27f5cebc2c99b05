import fc from 'fast-check';
import {
  adminCredentials,
  type FreshApplication,
  freshApplication,
} from '../support/fresh-application.js';
import { AnswerCheck } from '../support/fuzz/answer-check.js';
import { readApiDocument } from '../support/fuzz/api-document.js';
import { everyPlace } from '../support/fuzz/every-place.js';
import { FuzzClient } from '../support/fuzz/fuzz-client.js';
import { type FuzzRequest, fuzzRequests } from '../support/fuzz/fuzz-request.js';
import { FuzzWorld } from '../support/fuzz/fuzz-world.js';
import { somePassword } from '../support/people.js';

/** `PROMPTD_FUZZ_SEED=random` tries others; a failure names its seed. */
const { PROMPTD_FUZZ_SEED: seedText = '20261', PROMPTD_FUZZ_RUNS: runsText = '8' } = process.env;
const seed = seedText === 'random' ? Date.now() : Number(seedText);
const numRuns = Number(runsText);
const [signingKey, secretKey] = [3, 4].map((byte) => Buffer.alloc(32, byte).toString('base64'));

jest.setTimeout(30_000 + numRuns * 1000);

const api = readApiDocument();
const tried = new Set<string>();
/** The operations that served some request. */
const served = new Set<string>();

let app: FreshApplication;
let world: FuzzWorld;
let client: FuzzClient;
let check: AnswerCheck;

beforeAll(async () => {
  app = await freshApplication({
    PROMPTD_SIGNING_KEY: signingKey!,
    PROMPTD_SECRET_KEY: secretKey!,
    PROMPTD_RATE_LIMIT_WRITES: '0',
    PROMPTD_RATE_LIMIT_REFUSED: '0',
  });
  world = await FuzzWorld.create(app);
  client = new FuzzClient(app.url, world);
  const secrets = [
    signingKey!,
    secretKey!,
    adminCredentials.password,
    somePassword,
    app.admin.token,
  ];
  check = new AnswerCheck(api, secrets);
});
afterAll(async () => {
  client.close();
  await app.close();
});
afterAll(() => {
  // Requests that are all refused at the door would find nothing behind it.
  if (tried.size === api.operations.length) expect(served.size / tried.size).toBeGreaterThan(0.6);
});
let loggedBefore: number;
beforeEach(async () => {
  await world.repair();
  loggedBefore = app.log.length;
});
afterEach(async () => {
  const health = await app.as(null, 'get', '/health').expect(200);
  expect(health.body.status).toBe('ok');
  expect(
    app.log.slice(loggedBefore).filter((line) => /"level":"(error|fatal)"/.test(line)),
  ).toEqual([]);
});

describe('whatever is sent, the answer is as declared', () => {
  it.each(api.operations.map((operation, index) => [operation.route, operation, index] as const))(
    '%s',
    async (route, operation, index) => {
      tried.add(route);
      const examples = everyPlace(api, operation, seed).map((one): [FuzzRequest] => [one]);
      await fc.assert(
        fc.asyncProperty(fuzzRequests(api, operation), async (request) => {
          const answer = await client.send(request);
          expect(check.findFaults(operation, answer)).toEqual([]);
          if (answer.status >= 300) return;
          served.add(route);
          world.learn(operation, answer);
        }),
        { seed: seed + index, numRuns: numRuns + examples.length, examples },
      );
    },
  );
});
