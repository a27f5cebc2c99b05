import { PluginKey } from '../support/plugins/plugin-key.js';
import { fault, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { eventsOf, newPerson } from '../support/people.js';

const INSTANCE = '00000000-0000-0000-0000-000000000000';
const signers = '/v1/plugin-signers';

let app: FreshApplication;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());

const enrol = (body: object) => app.asAdmin('post', signers).send(body);

async function enrolled(terms: object = {}): Promise<PluginKey> {
  const key = PluginKey.generate();
  await enrol(key.enrolment(terms)).expect(201);
  return key;
}

const change = (key: PluginKey, body: object) =>
  app.asAdmin('patch', `${signers}/${key.keyId}`).send(body);

const eventsAbout = async ({ keyId }: PluginKey) =>
  (await eventsOf(app, INSTANCE)).filter(({ subject }) => subject.id === keyId);

async function listed(key: PluginKey) {
  const { body } = await app.asAdmin('get', `${signers}?limit=200`).expect(200);
  return (body.items as { keyId: string }[]).find(({ keyId }) => keyId === key.keyId);
}

describe('a signer', () => {
  it('is enrolled with what it may sign, listed, and written down', async () => {
    const key = PluginKey.generate();
    const terms = { label: 'Acme', names: ['acme.*'], capabilities: ['render', 'kv'] };
    const { body } = await enrol(key.enrolment(terms)).expect(201);
    expect(body).toMatchObject({
      keyId: key.keyId,
      publicKey: key.key.text,
      label: 'Acme',
      names: ['acme.*'],
      capabilities: ['render', 'kv'],
      status: 'active',
      validFrom: null,
      validUntil: null,
      createdBy: { kind: 'user', name: 'admin' },
    });
    expect(await listed(key)).toEqual(body);
    expect(await eventsAbout(key)).toMatchObject([
      {
        type: 'plugin-signer.enrolled',
        subject: { type: 'plugin-signer', name: 'Acme' },
        data: { names: ['acme.*'], capabilities: ['render', 'kv'] },
        after: expect.stringMatching(/^sha256:/),
      },
    ]);
  });

  it('may vouch for no capability until somebody says so', async () => {
    const { capabilities: _, ...body } = PluginKey.generate().enrolment();
    expect((await enrol(body).expect(201)).body.capabilities).toEqual([]);
  });

  it('is enrolled once, however many ask for it at the same time', async () => {
    const body = PluginKey.generate().enrolment();
    const answers = await Promise.all([1, 2, 3].map(() => enrol(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    problem(409, 'plugin-signer-exists')(answers.find(({ status }) => status === 409)!);
  });

  it.each([
    ['no point of the curve', Buffer.alloc(32, 2).toString('base64url'), 'non-canonical'],
    ['of order four', 'A'.repeat(43), 'small-order'],
    [
      'the identity',
      Buffer.from([1, ...Array<number>(31).fill(0)]).toString('base64url'),
      'small-order',
    ],
    ['too short', 'AAAA', 'wrong-length'],
    ['with padding', `${'A'.repeat(43)}=`, 'non-canonical'],
  ])('is refused when its key is %s', async (_, publicKey, code) => {
    const { body } = await enrol({ ...PluginKey.generate().enrolment(), publicKey }).expect(
      problem(400, 'validation-failed'),
    );
    expect(body.errors).toEqual([fault('/publicKey', code)]);
  });

  it('is refused without a proof that somebody holds the private half', async () => {
    const [key, other] = [PluginKey.generate(), PluginKey.generate()];
    const { provenAt } = key.enrolment();
    const week = 7 * 24 * 60 * 60 * 1000;
    const stale = new Date(Date.now() - week).toISOString();
    for (const [body, code] of [
      [{ ...key.enrolment(), publicKey: other.key.text }, 'wrong-proof'],
      [{ ...key.enrolment(), proof: other.enrolment().proof }, 'wrong-proof'],
      [{ ...key.enrolment(), proof: '' }, 'wrong-proof'],
      [{ ...key.enrolment(), provenAt: '2026-01-01T00:00:00.000Z' }, 'stale-proof'],
      [{ ...key.enrolment(), provenAt: stale }, 'stale-proof'],
      [{ ...key.enrolment(), provenAt: '2999-01-01T00:00:00.000Z' }, 'stale-proof'],
      [{ ...key.enrolment(), provenAt: String(provenAt).replace('Z', '+00:00') }, 'wrong-proof'],
    ] as const) {
      expect((await enrol(body).expect(400)).body.errors).toEqual([fault('/proof', code)]);
    }
    expect(await listed(key)).toBeUndefined();
  });

  it('is refused with names, times or a label that mean nothing', async () => {
    const key = PluginKey.generate();
    const wrong = {
      label: ' Acme',
      names: ['acme.*', '*.acme'],
      validFrom: '2027-01-01T00:00:00Z',
      validUntil: '2026-01-01T00:00:00Z',
    };
    expect((await enrol(key.enrolment(wrong)).expect(400)).body.errors).toEqual([
      fault('/label', 'invalid-name'),
      fault('/names/1', 'invalid-pattern'),
      fault('/validUntil', 'out-of-range'),
    ]);
    await enrol(key.enrolment({ capabilities: ['root'] })).expect(400);
    await enrol(key.enrolment({ names: [] })).expect(400);
    await enrol(key.enrolment({ status: 'active' })).expect(400);
  });

  it('changes field by field, each change with the digests before and after', async () => {
    const key = await enrolled();
    const until = '2030-01-01T00:00:00.000Z';
    await change(key, { label: 'Other', capabilities: ['kv'] }).expect(200);
    const { body } = await change(key, { validUntil: until }).expect(200);
    expect(body).toMatchObject({
      label: 'Other',
      capabilities: ['kv'],
      names: ['*'],
      validUntil: until,
    });
    expect((await change(key, { label: 'Other' }).expect(200)).body).toEqual(body);
    expect((await change(key, { validUntil: null }).expect(200)).body.validUntil).toBeNull();

    const [, first, second] = await eventsAbout(key);
    expect(first).toMatchObject({ type: 'plugin-signer.updated', subject: { name: 'Other' } });
    expect(second?.before).toBe(first?.after);
    expect(await eventsAbout(key)).toHaveLength(4);
  });

  it('is retired, and may come back', async () => {
    const key = await enrolled();
    await change(key, { status: 'retired' }).expect(200);
    await change(key, { status: 'active' }).expect(200);
    expect((await eventsAbout(key)).map(({ type }) => type)).toEqual([
      'plugin-signer.enrolled',
      'plugin-signer.retired',
      'plugin-signer.reactivated',
    ]);
  });

  it('is revoked for ever, by DELETE as by PATCH, and stays on record', async () => {
    const [first, second] = [await enrolled(), await enrolled()];
    await app.asAdmin('delete', `${signers}/${first.keyId}`).expect(204);
    await app.asAdmin('delete', `${signers}/${first.keyId}`).expect(204);
    await change(second, { status: 'revoked' }).expect(200);

    for (const key of [first, second]) {
      expect(await listed(key)).toMatchObject({ status: 'revoked' });
      for (const status of ['active', 'retired']) {
        await change(key, { status }).expect(problem(409, 'plugin-signer-revoked'));
      }
      await enrol(key.enrolment()).expect(409);
      expect((await eventsAbout(key)).map(({ type }) => type)).toEqual([
        'plugin-signer.enrolled',
        'plugin-signer.revoked',
      ]);
    }
    await change(first, { label: 'stolen in March' }).expect(200);
  });

  it('is found by its whole key id and by nothing else', async () => {
    const key = await enrolled();
    const { keyId } = key;
    const others = ['x', keyId.toLowerCase(), `${keyId}A`, `${keyId}%20`, `${keyId}%00`, '%2e%2e'];
    for (const id of [...others, '%00', key.key.text, 'A'.repeat(300)]) {
      await app.asAdmin('delete', `${signers}/${id}`).expect(404);
    }
    expect(await listed(key)).toMatchObject({ status: 'active' });
  });
});

it('signers are listed page by page, and counted when asked', async () => {
  await enrolled();
  await enrolled();
  const { body: all } = await app.asAdmin('get', `${signers}?limit=200&total=true`).expect(200);
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor && `&cursor=${cursor}`;
    const { body } = await app.asAdmin('get', `${signers}?limit=1${query}`).expect(200);
    ids.push(...(body.items as { keyId: string }[]).map(({ keyId }) => keyId));
    cursor = body.nextCursor;
  }
  expect(ids).toEqual((all.items as { keyId: string }[]).map(({ keyId }) => keyId));
  expect(all.total).toBe(ids.length);
  await app.asAdmin('get', `${signers}?cursor=abc`).expect(400);
});

it('signers are the business of instance admins, and of nobody else', async () => {
  const key = await enrolled();
  const { token } = await newPerson(app, 'somebody');
  for (const [method, path] of [
    ['get', signers],
    ['post', signers],
    ['patch', `${signers}/${key.keyId}`],
    ['delete', `${signers}/${key.keyId}`],
  ] as const) {
    const body = method === 'post' ? PluginKey.generate().enrolment() : { label: 'mine' };
    const sent = method === 'get' || method === 'delete' ? undefined : body;
    await app.as(token, method, path).send(sent).expect(403);
    await app.as(null, method, path).send(sent).expect(401);
  }
  expect(await listed(key)).toMatchObject({ label: 'a publisher', status: 'active' });
});
