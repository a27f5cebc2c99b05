import { HeldCredentials } from '../../src/access/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { newPerson } from '../support/people.js';
import { PromptWorkspace, signInNewUser, uniqueName } from '../support/prompt-workspace.js';
import { StreamReaders, told } from '../support/stream-readers.js';
import { until } from '../support/until.js';

let app: FreshApplication;
let readers: StreamReaders;
let workspace: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_RATE_LIMIT_WRITES: '0' });
  readers = new StreamReaders(app);
});
afterAll(() => app.close());
beforeEach(async () => {
  workspace = await PromptWorkspace.create(app);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await readers.close();
});

const follow = (token?: string, headers?: Readonly<Record<string, string>>) =>
  readers.follow(workspace, token, headers);

describe('a stream ends', () => {
  it('when the key is revoked, without a word of what was committed after that', async () => {
    const { body } = await workspace
      .request('post', '/keys')
      .send({ name: 'reader', verbs: ['read'] })
      .expect(201);
    const stream = await follow(String(body.key));
    const other = await follow();
    await workspace.create('before');
    await stream.until(() => stream.changes.length === 1);

    await workspace.request('delete', `/keys/${String(body.id)}`).expect(204);
    await workspace.create('after');
    await stream.ended();
    await other.until(() => other.changes.length === 2);

    expect(told(stream)).toEqual(['created before']);
  });

  it.each<[string, (user: { id: string; username: string; token: string }) => Promise<unknown>]>([
    [
      'when the user is deactivated',
      ({ id }) => app.asAdmin('delete', `/v1/users/${id}`).expect(204),
    ],
    [
      'when the session is ended',
      ({ token }) => app.as(token, 'post', '/v1/auth/logout').expect(204),
    ],
    [
      'when the user is no member any more',
      ({ username }) => workspace.request('delete', `/members/${username}`).expect(204),
    ],
    [
      'when the password has to be changed',
      ({ id }) =>
        app
          .asAdmin('patch', `/v1/users/${id}`)
          .send({ password: 'another good password', mustChangePassword: true })
          .expect(200),
    ],
  ])('%s', async (_, act) => {
    const person = await newPerson(app, uniqueName('reader'));
    await workspace.addMember(person.username, 'viewer');
    const stream = await follow(person.token);
    const other = await follow();

    await act(person);
    await stream.ended();
    await workspace.create('after');
    await other.until(() => other.changes.length === 1);
    expect(stream.changes).toEqual([]);
  });

  it('when the access token expires, and not before', async () => {
    const stream = await follow();
    const clock = jest.spyOn(app.application.nest.get(Clock), 'nowMs');
    clock.mockImplementation(() => Date.now() + 14 * 60_000);
    readers.hub.tick();
    await workspace.create('still');
    await stream.until(() => stream.changes.length === 1);

    clock.mockImplementation(() => Date.now() + 15 * 60_000);
    readers.hub.tick();
    await stream.ended();
  });

  it('when the secret it was opened with is rotated away, and not for that of the new one', async () => {
    const { body } = await workspace
      .request('post', '/keys')
      .send({ name: 'reader', verbs: ['read'] })
      .expect(201);
    const old = await follow(String(body.key));
    const rotated = await workspace
      .request('post', `/keys/${String(body.id)}/rotate`)
      .send({ overlapSeconds: 3600 });
    expect(rotated.status).toBe(200);
    const renewed = await follow(String(rotated.body.key));
    await workspace.create('a');
    await Promise.all([old, renewed].map((one) => one.until(() => one.changes.length === 1)));

    jest
      .spyOn(app.application.nest.get(Clock), 'nowMs')
      .mockImplementation(() => Date.now() + 3_601_000);
    readers.hub.tick();
    await old.ended();
    jest.restoreAllMocks();
    await workspace.create('b');
    await renewed.until(() => renewed.changes.length === 2);
  });

  it('not when somebody else’s key is revoked or somebody signs in', async () => {
    const mine = await follow(await workspace.makeKey({ verbs: ['read'] }));
    const { body } = await workspace.request('post', '/keys').send({ name: 'other' }).expect(201);
    await workspace.request('delete', `/keys/${String(body.id)}`).expect(204);
    await signInNewUser(app);
    await workspace.request('delete', '/prompts/nothing').expect(404);
    await workspace.create('a');
    await mine.until(() => mine.changes.length === 1);
  });

  it('goes on when its project is archived, which is still read', async () => {
    const stream = await follow();
    await app.asAdmin('delete', `/v1/projects/${workspace.project}`).expect(204);
    await app.asAdmin('post', `/v1/projects/${workspace.project}/restore`).expect(200);
    await workspace.create('a');
    await stream.until(() => stream.changes.length === 1);
  });
});

describe('while a stream is opened', () => {
  async function newKey() {
    const { body } = await workspace
      .request('post', '/keys')
      .send({ name: 'reader', verbs: ['read'] })
      .expect(201);
    const revoke = () => workspace.request('delete', `/keys/${String(body.id)}`).expect(204);
    return { key: String(body.key), revoke };
  }

  /** Something happens just after it was found that the reader may read. */
  function afterTheLook(of: FreshApplication, act: () => PromiseLike<unknown>) {
    const credentials = of.application.nest.get(HeldCredentials, { strict: false });
    const check = credentials.check.bind(credentials);
    return jest.spyOn(credentials, 'check').mockImplementationOnce(async (...given) => {
      const good = await check(...given);
      await act();
      return good;
    });
  }

  it('it is refused when its key is revoked', async () => {
    const { key, revoke } = await newKey();
    afterTheLook(app, async () => {
      await revoke();
      // Another look finds that, and ends it.
      await until(
        () => Promise.resolve(readers.held.some(({ isOpen }) => isOpen)),
        (isAnyOpen) => !isAnyOpen,
      );
    });
    await workspace.request('get', '/events', key).expect(problem(401, 'unauthenticated'));
  });

  it('nothing is sent that happens after its key was revoked', async () => {
    const { key, revoke } = await newKey();
    const other = await follow();
    const looked = Promise.withResolvers<undefined>();
    // The look that the revocation asks for takes its time.
    const looks = afterTheLook(app, revoke).mockImplementationOnce(async () => {
      await looked.promise;
      return undefined;
    });
    const stream = await follow(key);
    await workspace.create('after');
    await other.until(() => other.changes.length === 1);
    expect(looks).toHaveBeenCalledTimes(2);
    looked.resolve(undefined);
    await stream.ended();
    expect(stream.changes).toEqual([]);
  });

  it('it is refused when the instance stops', async () => {
    const stopping = await freshApplication();
    const space = await PromptWorkspace.create(stopping);
    const { hub } = new StreamReaders(stopping);
    afterTheLook(stopping, () => {
      void hub.beforeApplicationShutdown();
      return Promise.resolve();
    });
    await space.request('get', '/events').expect(problem(503, 'overloaded'));
    await stopping.close();
  });
});
