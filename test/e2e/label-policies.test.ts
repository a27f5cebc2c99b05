import { fault, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { eventsOf } from '../support/people.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { withoutAWrite } from '../support/written-rows.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
  for (const version of ['1.0.0', '1.1.0', '2.0.0']) await work.publish('p', version);
});

const policy = (label = 'production', token?: string) => ({
  get: () => work.request('get', `/label-policies/${label}`, token),
  set: (body: object) => work.request('put', `/label-policies/${label}`, token).send(body),
  remove: () => work.request('delete', `/label-policies/${label}`, token),
});
const move = (body: object, token?: string, label = 'production') =>
  work.prompt('put', 'p', `/labels/${label}`, token).send(body);
const remove = (token?: string, query: object = {}) =>
  work.prompt('delete', 'p', '/labels/production', token).query(query);
const events = async (type: string) => {
  const { body } = await work.request('get', '').expect(200);
  return (await eventsOf(app, String(body.id))).filter((event) => event.type === type);
};

describe('the policy of a label', () => {
  it('is set, shown, listed and removed', async () => {
    const set = await policy()
      .set({ movers: ['key', 'admin'], approvals: 2, soakLabel: 'staging', soakSeconds: 60 })
      .expect(200);

    expect(set.body).toEqual({
      label: 'production',
      movers: ['admin', 'key'],
      approvals: 2,
      requireExpected: false,
      soakLabel: 'staging',
      soakSeconds: 60,
      updatedAt: expect.stringMatching(/Z$/),
      updatedBy: { kind: 'user', id: expect.any(String), name: 'admin' },
    });
    const shown = await policy().get().expect(200);
    expect(shown.body).toEqual(set.body);
    expect(shown.headers.etag).toBe(set.headers.etag);
    await policy('canary')
      .set({ movers: ['developer'] })
      .expect(200);
    const { body } = await work.request('get', '/label-policies').expect(200);
    const listed = (body.items as { label: string }[]).map(({ label }) => label);
    expect(listed).toEqual(['canary', 'production']);

    await policy().remove().expect(204);
    await policy().get().expect(problem(404, 'not-found'));
    await policy().remove().expect(problem(404, 'not-found'));
  });

  it('is replaced as a whole, and only by who knows what it was when they say so', async () => {
    const first = await policy()
      .set({ movers: ['admin'], approvals: 1 })
      .expect(200);
    const second = await policy()
      .set({ movers: ['admin'] })
      .expect(200);
    expect(second.body.approvals).toBe(0);

    const stale = String(first.headers.etag);
    await policy()
      .set({ movers: ['key'] })
      .set('If-Match', stale)
      .expect(problem(412, 'precondition-failed'));
    await policy().remove().set('If-Match', stale).expect(problem(412, 'precondition-failed'));
    await policy('other')
      .set({ movers: ['key'] })
      .set('If-Match', '*')
      .expect(problem(412, 'precondition-failed'));
    await policy()
      .set({ movers: ['key'] })
      .set('If-Match', String(second.headers.etag))
      .expect(200);
    await policy().remove().set('If-Match', '*').expect(204);
  });

  it('is announced with digests when it changes, and not when it does not', async () => {
    await policy()
      .set({ movers: ['admin'] })
      .expect(200);
    await policy()
      .set({ movers: ['admin'] })
      .expect(200);
    await policy()
      .set({ movers: ['admin'], approvals: 1 })
      .expect(200);
    await policy().remove().expect(204);

    const [first, second, ...more] = await events('label-policy.set');
    expect(more).toEqual([]);
    expect(first).toMatchObject({ subject: { type: 'label-policy', name: 'production' } });
    expect(first!.before).toBeUndefined();
    expect(second).toMatchObject({ before: first!.after, data: { approvals: 1 } });
    expect(await events('label-policy.removed')).toMatchObject([{ before: second!.after }]);
  });

  it('is for admins to change and for all who read prompts to see', async () => {
    const [developer, viewer] = [await work.signInAs('developer'), await work.signInAs('viewer')];
    const key = await work.makeKey({ verbs: ['read', 'publish', 'label'] });
    for (const token of [developer, viewer, key]) {
      await policy('production', token)
        .set({ movers: ['developer'] })
        .expect(problem(403, 'forbidden'));
      await policy('production', token).remove().expect(problem(403, 'forbidden'));
    }
    const admin = await work.signInAs('admin');
    await policy('production', admin)
      .set({ movers: ['developer'] })
      .expect(200);
    for (const token of [viewer, key]) await policy('production', token).get().expect(200);
    const elsewhere = await (await PromptWorkspace.create(app)).signInAs('admin');
    await policy('production', elsewhere).get().expect(problem(404, 'not-found'));
    await policy('production', elsewhere)
      .set({ movers: ['key'] })
      .expect(problem(404, 'not-found'));
  });

  it('is refused with the place of what is wrong with it', async () => {
    const wrong: readonly [object, string, string][] = [
      [{}, '/movers', 'required'],
      [{ movers: [] }, '/movers', 'array-min-size'],
      [{ movers: ['viewer'] }, '/movers', 'is-in'],
      [{ movers: ['key', 'key'] }, '/movers', 'array-unique'],
      [{ movers: ['key'], approvals: 11 }, '/approvals', 'max'],
      [{ movers: ['key'], approvals: null }, '/approvals', 'is-int'],
      [{ movers: ['key'], requireExpected: 'yes' }, '/requireExpected', 'is-boolean'],
      [{ movers: ['key'], soakSeconds: 1 }, '/soakLabel', 'needs-label'],
      [{ movers: ['key'], soakLabel: 'production', soakSeconds: 1 }, '/soakLabel', 'same-label'],
      [{ movers: ['key'], updatedBy: null }, '/updatedBy', 'unknown-field'],
    ];
    for (const [body, pointer, code] of wrong) {
      await policy()
        .set(body)
        .expect(
          problem(400, 'validation-failed', {
            errors: expect.arrayContaining([fault(pointer, code)]),
          }),
        );
    }
    await policy('v1')
      .set({ movers: ['key'] })
      .expect(problem(400, 'validation-failed'));
  });
});

describe('a protected label', () => {
  it('is moved by nobody but the movers of its policy, who are told apart by what they are', async () => {
    const [developer, admin] = [await work.signInAs('developer'), await work.signInAs('admin')];
    const key = await work.makeKey({ verbs: ['read', 'label'], labels: ['*'] });
    await policy()
      .set({ movers: ['admin'] })
      .expect(200);

    await withoutAWrite(work, async () => {
      for (const token of [developer, key]) {
        await move({ version: '1.0.0' }, token).expect(
          problem(403, 'label-protected', { label: 'production', movers: ['admin'], approvals: 0 }),
        );
      }
    });
    await move({ version: '1.0.0' }, admin).expect(200);
    await move({ version: '1.1.0' }, key, 'staging').expect(200);

    await policy()
      .set({ movers: ['key'] })
      .expect(200);
    await move({ version: '2.0.0' }, admin).expect(problem(403, 'label-protected'));
    await move({ version: '2.0.0' }, key).expect(200);
    await policy()
      .set({ movers: ['developer'] })
      .expect(200);
    await move({ version: '1.0.0' }, key).expect(problem(403, 'label-protected'));
    await move({ version: '1.0.0' }, developer).expect(200);
    await move({ version: '1.1.0' }, admin).expect(200);
  });

  it('leaves a trace of who was refused', async () => {
    await policy()
      .set({ movers: ['admin'] })
      .expect(200);
    const key = await work.makeKey({ verbs: ['label'] });
    await move({ version: '1.0.0' }, key).expect(problem(403, 'label-protected'));

    expect(await events('access.denied')).toMatchObject([
      {
        actor: { kind: 'key', name: 'test' },
        data: { permission: 'label:move', principal: 'key', prompt: 'p', labels: ['production'] },
      },
    ]);
  });

  it('is as protected at every other entrance', async () => {
    await move({ version: '1.0.0' }).expect(200);
    await move({ version: '1.1.0' }).expect(200);
    await policy()
      .set({ movers: ['admin'] })
      .expect(200);
    const key = await work.makeKey({ verbs: ['read', 'publish', 'label'] });
    const developer = await work.signInAs('developer');
    const content = { kind: 'text', text: 'Hello.' };
    const publication = { content, version: '3.0.0', labels: ['blue', 'production'] };
    const moves = [
      { prompt: 'p', label: 'blue', version: '1.0.0' },
      { prompt: 'p', label: 'production', version: '1.0.0' },
    ];

    await withoutAWrite(work, async () => {
      for (const token of [key, developer]) {
        const refused = problem(403, 'label-protected');
        await remove(token).expect(refused);
        await work.prompt('post', 'p', '/versions', token).send(publication).expect(refused);
        await work.prompt('post', 'new', '/versions', token).send(publication).expect(refused);
        await work
          .prompt('post', 'p', '/labels/production/rollback', token)
          .send({})
          .expect(refused);
        await work.request('post', '/releases', token).send({ moves }).expect(refused);
      }
    });
    await work.prompt('get', 'new').expect(problem(404, 'not-found'));

    const admin = await work.signInAs('admin');
    await work.prompt('post', 'p', '/versions', admin).send(publication).expect(201);
    await remove(admin).expect(204);
  });

  it('that points there already does not move, and that nobody is refused', async () => {
    await move({ version: '1.0.0' }).expect(200);
    await policy()
      .set({ movers: ['admin'], approvals: 1, requireExpected: true })
      .expect(200);
    const key = await work.makeKey({ verbs: ['label'] });

    await withoutAWrite(work, () => move({ version: '1.0.0' }, key).expect(200));
  });

  it('moves with approvals only when there are to be any, and says where to ask', async () => {
    await policy()
      .set({ movers: ['developer'], approvals: 1 })
      .expect(200);

    const refused = await move({ version: '1.0.0' }).expect(problem(403, 'label-protected'));
    expect(refused.body.detail).toContain(`/v1/projects/${work.project}/promotions`);
    await policy().remove().expect(204);
    await move({ version: '1.0.0' }).expect(200);
  });
});

describe('a label whose policy asks for the expected version', () => {
  beforeEach(() =>
    policy()
      .set({ movers: ['developer'], requireExpected: true })
      .expect(200),
  );

  it('moves for who says what it points to, and for nobody else', async () => {
    await withoutAWrite(work, () =>
      move({ version: '1.0.0' }).expect(problem(428, 'expected-version-required')),
    );
    await move({ version: '1.0.0', expectedVersion: null }).expect(200);
    await move({ version: '1.1.0', expectedVersion: '2.0.0' }).expect(
      problem(409, 'label-conflict'),
    );
    await move({ version: '1.1.0' }).set('If-Match', '"1"').expect(200);

    await withoutAWrite(work, async () => {
      const body = {
        content: { kind: 'text', text: 'x' },
        version: '3.0.0',
        labels: ['production'],
      };
      const required = problem(428, 'expected-version-required');
      await move({ version: '2.0.0' }).set('If-Match', '*').expect(required);
      await remove().expect(required);
      await work.prompt('post', 'p', '/versions').send(body).expect(required);
    });
    await remove().set('If-Match', '"2"').expect(204);
  });
});
