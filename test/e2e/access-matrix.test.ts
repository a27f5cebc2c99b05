import { DiscoveryService } from '@nestjs/core';
import { systemContext } from '../../src/platform/authorization/index.js';
import { Database } from '../../src/platform/database/index.js';
import { declaredRoutes, type RouteAccess } from '../../src/platform/http/index.js';
import {
  type Caller,
  makeCaller,
  type Standing,
  standings,
} from '../support/access-matrix/callers.js';
import {
  everyPermission,
  expectedOutcome,
  type Outcome,
  statuses,
} from '../support/access-matrix/expected.js';
import { samples, variants } from '../support/access-matrix/samples.js';
import { deadEnd } from '../support/access-matrix/samples-webhooks.js';
import { type Sample, type SampleRequest, World } from '../support/access-matrix/world.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { servePlugin, shippedPackage, testPackage } from '../support/plugins/served-plugin.js';
import { endRunners } from '../support/sandboxed-plugin.js';

jest.setTimeout(120_000);

const rows = { ...samples, ...variants };
const unlimited = {
  PROMPTD_RATE_LIMIT_WRITES: '0',
  PROMPTD_RATE_LIMIT_REFUSED: '0',
  PROMPTD_ACCESS_LOG: 'off',
  PROMPTD_OUTBOUND_ALLOW: deadEnd,
};

const forAdmins = {
  name: 'for-admins',
  endpoints: [{ handler: 'it', method: 'GET', path: '/it', roles: ['admin'] }],
};

const asksAModel = {
  ...{ name: 'asks-a-model', capabilities: ['llm'] },
  endpoints: [{ handler: 'it', method: 'POST', path: '/it', roles: ['viewer'] }],
};

/** Who asks, where, and what the table says. */
interface Question {
  readonly name: string;
  readonly standing: Standing;
  readonly where: 'home' | 'foreign';
  readonly expected: Outcome;
}

/**
 * Every route, asked for by everybody, in the caller's own project and in another one; each answer
 * is compared with what the policy table says.
 */
describe('the access matrix', () => {
  let app: FreshApplication;
  let world: World;
  let declared: ReadonlyMap<string, RouteAccess | undefined>;
  let database: Database;
  const callers = new Map<string, Caller>();

  beforeAll(async () => {
    app = await freshApplication(unlimited);
    world = await World.create(app);
    await servePlugin(app, await shippedPackage('hello'), {
      host: (op) => (op === 'kv.get' ? Promise.resolve(null) : undefined),
    });
    await servePlugin(app, testPackage('for-admins', forAdmins));
    await servePlugin(app, testPackage('asks-a-model', asksAModel));
    database = app.application.nest.get(Database);
    const routes = declaredRoutes(app.application.nest.get(DiscoveryService));
    declared = new Map(routes.map(({ method, path, access }) => [`${method} ${path}`, access]));
    for (const [name, standing] of Object.entries(standings)) {
      callers.set(name, await makeCaller(world, standing));
    }
  });
  afterAll(async () => {
    await app.close();
    await endRunners();
  });

  it('has a row for every route, and none for a route that is not there', () => {
    expect(Object.keys(samples).sort()).toEqual([...declared.keys()].sort());
  });

  it('asks every one of them in the name of everybody, in both projects where there are two', () => {
    const inProjects = Object.keys(rows).filter((route) => route.includes('/:project'));
    const asked = Object.keys(rows).length + inProjects.length;
    expect(asked * Object.keys(standings).length).toBeGreaterThan(2_000);
  });

  it('leaves out no permission but those that a use case asks for on top', () => {
    const declaredOrAsked = new Set([
      ...declared.values(),
      ...Object.values(rows).flatMap(({ alsoNeeds = [] }) => alsoNeeds),
    ]);
    expect(everyPermission.filter((permission) => !declaredOrAsked.has(permission))).toEqual([]);
  });

  it.each(Object.entries(rows))('%s', async (title, sample) => {
    const [route = ''] = title.split(' with ');
    const access = declared.get(route);
    if (access === undefined) throw new Error(`there is no route ${route}`);
    const places = route.includes('/:project') ? (['home', 'foreign'] as const) : ['home' as const];
    const wrong: string[] = [];
    for (const where of places) {
      const asked = Object.entries(standings).map(([name, standing]) => {
        const expected = expectedOutcome(access, sample, standing, where);
        return { name, standing, where, expected };
      });
      const repeatable =
        route.startsWith('GET ') && !sample.personal ? preparedOnce(sample) : sample;
      const refused = asked.filter(({ expected }) => expected !== 'allowed');
      wrong.push(...(await askRefused(route, repeatable, refused)));
      for (const question of asked) {
        if (question.expected === 'allowed')
          wrong.push(...(await ask(route, repeatable, question)));
      }
    }
    expect(wrong).toEqual([]);
  });

  /** All of them at once with one request, which nobody uses up; nothing may be written. */
  async function askRefused(
    route: string,
    sample: Sample,
    questions: readonly Question[],
  ): Promise<readonly string[]> {
    const [first] = questions;
    if (!first) return [];
    const callers = await Promise.all(questions.map((question) => callerFor(sample, question)));
    const request = await sample.request(world, world[first.where], callers[0]!);
    const before = await countEvents();
    const found = await Promise.all(callers.map((caller) => outcome(caller, route, request)));
    const wrong = questions.flatMap((question, index) => compare(sample, question, found[index]));
    return (await countEvents()) === before ? wrong : [...wrong, `${first.where}: it was written`];
  }

  async function ask(
    route: string,
    sample: Sample,
    question: Question,
  ): Promise<readonly string[]> {
    const caller = await callerFor(sample, question);
    const request = await sample.request(world, world[question.where], caller);
    const found = await outcome(caller, route, request);
    await sample.undo?.(world, request);
    return compare(sample, question, found);
  }

  async function callerFor(sample: Sample, { name, standing }: Question): Promise<Caller> {
    const known = callers.get(name);
    return sample.spendsCaller || !known ? makeCaller(world, standing) : known;
  }

  /** What was done so far, refusals not counted. */
  async function countEvents(): Promise<number> {
    const [row] = await database
      .manager(systemContext('test'))
      .query<{ written: unknown }[]>(
        "SELECT COUNT(*) AS written FROM outbox WHERE type NOT IN ('access.denied', 'refusals.counted')",
      );
    return Number(row?.written);
  }
});

/** A read leaves everything as it was, so one request serves everybody. */
function preparedOnce(sample: Sample): Sample {
  let prepared: ReturnType<Sample['request']> | undefined;
  return { ...sample, request: (...about) => (prepared ??= sample.request(...about)) };
}

function compare(
  sample: Sample,
  { name, where, expected }: Question,
  found: string | undefined,
): readonly string[] {
  const wanted = expected === 'allowed' ? succeeded(sample) : `${statuses[expected]} ${expected}`;
  return found === wanted ? [] : [`${name}, ${where}: ${found} instead of ${wanted}`];
}

/** A route may have nothing to offer to those who may ask. */
const succeeded = ({ status }: Sample) => (status === 404 ? '404 not-found' : String(status));

async function outcome(
  { client }: Caller,
  route: string,
  { path, body }: SampleRequest,
): Promise<string> {
  const answer = await client.send(route.split(' ')[0] ?? '', path, body);
  return answer.status < 400 ? String(answer.status) : `${answer.status} ${answer.body?.code}`;
}
