import type { Response, Test } from 'supertest';
import type { ClearedMoves } from '../../src/registry/labels/cleared-moves.js';
import { MoveVetoes } from '../../src/registry/labels/move-vetoes.js';
import { problem } from '../support/expect-problem.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { type HostedPlugin, hostModule } from '../support/hosted-plugin.js';
import { PromptWorkspace, uniqueName } from '../support/prompt-workspace.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

let app: FreshApplication;
let space: PromptWorkspace;
let vetoes: MoveVetoes;
let plugin: HostedPlugin;

beforeAll(async () => {
  app = await freshApplication();
  vetoes = app.application.nest.get(MoveVetoes, { strict: false });
});

beforeEach(async () => {
  space = await PromptWorkspace.create(app);
  await space.publish('moving', '1.0.0', { labels: ['prod'] });
  await space.publish('moving', '1.1.0');
  await space.publish('moving', '1.2.0');
  await move('1.2.0').expect(200);
  await move('1.0.0').expect(200);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await plugin.end();
});

afterAll(() => app.close());

/** Hosts a plugin that judges moves; what it was asked is `[from, to]` each. */
async function judge(body: string) {
  const module = `
    import { definePlugin } from 'promptd:api';
    export default definePlugin({
      hooks: { 'label.beforeMove': ({ from, to }) => { ${body} } },
    });
  `;
  const hooks = [{ event: 'label.beforeMove', kind: 'veto', onError: 'deny' }];
  plugin = await hostModule(app, 'judge', { hooks }, module);
  const call = jest.spyOn(plugin.active, 'call');
  return () =>
    call.mock.calls.map(([, input]) => {
      const { from, to } = input as { readonly from: string | null; readonly to: string | null };
      return [from, to];
    });
}

const allowing = `return { decision: 'allow' };`;
const denyingBack = `
  return from !== null && to < from
    ? { decision: 'deny', reason: 'a step back' }
    : { decision: 'allow' };
`;

/**
 * Holds the next request once plugins have answered it, before its transaction. Not while they are
 * asked: for that there is a second, and on a slow machine it passes.
 */
function holdNext() {
  const isJudged = Promise.withResolvers<undefined>();
  const mayGoOn = Promise.withResolvers<undefined>();
  const clear = vetoes.clear.bind(vetoes);
  jest.spyOn(vetoes, 'clear').mockImplementationOnce(async (...given): Promise<ClearedMoves> => {
    const cleared = await clear(...given);
    isJudged.resolve(undefined);
    await mayGoOn.promise;
    return cleared;
  });
  const goOn = () => {
    mayGoOn.resolve(undefined);
  };
  return { isJudged: isJudged.promise, goOn };
}

/** The request begins when it is waited for, so this does. */
const begin = (request: Test): Promise<Response> => request.then((answer) => answer);

const move = (version: string) => space.prompt('put', 'moving', '/labels/prod').send({ version });

async function pointsTo(): Promise<string | null> {
  const { status, body } = await space.prompt('get', 'moving', '/labels/prod');
  return status === 200 ? (body.version as string) : null;
}

const reason = 'it is time';
const version = '1.2.0';
const moves = [{ prompt: 'moving', label: 'prod', version }];
const content = { kind: 'text', text: 'Another.' };
const post = (path: string, body: object) => space.request('post', path).send(body);
const publish = (numbering: object) =>
  post('/prompts/moving/versions', { content, labels: ['prod'], ...numbering });

describe('a label that moved after plugins let its move pass is left where it is, and the request may be repeated', () => {
  it.each<[string, () => Test, number, string | null, (string | null)?]>([
    ['a move', () => move(version), 200, version],
    [
      'a move past its policy',
      () => move(version).send({ breakGlass: true, reason }),
      200,
      version,
    ],
    ['a removal', () => space.prompt('delete', 'moving', '/labels/prod'), 204, null],
    ['a rollback', () => post('/prompts/moving/labels/prod/rollback', { toMove: 2 }), 200, version],
    ['a release', () => post('/releases', { moves }), 201, version],
    ['a promotion', () => post('/promotions', { moves, reason }), 201, version],
    ['a publish', () => publish({ version: '1.3.0' }), 201, '1.3.0'],
    ['a publish without a number', () => publish({ bump: 'minor' }), 201, '1.3.0', null],
  ])('by %s', async (_case, make, status, target, asked = target) => {
    const questions = await judge(allowing);
    const key = uniqueName('key');
    const request = () => make().set('Idempotency-Key', key);
    const { isJudged, goOn } = holdNext();
    const first = begin(request());
    await isJudged;
    await move('1.1.0').expect(200);
    goOn();
    problem(409, 'label-conflict', { currentVersion: '1.1.0' })(await first);
    expect(await pointsTo()).toBe('1.1.0');
    await space.prompt('get', 'moving', '/versions/1.3.0').expect(404);

    await request().expect(status);
    expect(await pointsTo()).toBe(target);
    expect(questions()).toEqual([
      ['1.0.0', asked],
      ['1.0.0', '1.1.0'],
      ['1.1.0', asked],
    ]);
  });
});

it('of two moves at once that were both judged one is made, and the other is judged anew', async () => {
  await judge(denyingBack);
  const held = [];
  for (const wanted of ['1.1.0', '1.2.0']) {
    const { isJudged, goOn } = holdNext();
    held.push({ answer: begin(move(wanted)), goOn });
    await isJudged;
  }
  for (const { goOn } of held) goOn();
  const answers = await Promise.all(held.map(({ answer }) => answer));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  const [made] = answers.filter(({ status }) => status === 200);
  expect(await pointsTo()).toBe(made!.body.version);
  await move('1.2.0').expect(200);
  const refused = await move('1.1.0');
  problem(422, 'plugin-denied', { reason: 'a step back' })(refused);
});
