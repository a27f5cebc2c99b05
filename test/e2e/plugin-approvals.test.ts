import { ApprovalService } from '../../src/plugins/approvals/approval.service.js';
import { TrustService } from '../../src/plugins/approvals/trust.service.js';
import type { PluginPackage } from '../../src/plugins/package/plugin-package.js';
import { type OperationContext, systemContext } from '../../src/platform/authorization/index.js';
import { PluginKey } from '../support/plugins/plugin-key.js';
import { somePackage } from '../support/plugins/plugin-tree.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { eventsOf } from '../support/people.js';
import { queryRaw } from '../support/written-rows.js';

const INSTANCE = '00000000-0000-0000-0000-000000000000';
const ctx = systemContext('test');

let app: FreshApplication;
let approvals: ApprovalService;
let trust: TrustService;
let key: PluginKey;
let next = 0;

beforeAll(async () => {
  app = await freshApplication();
  const { nest } = app.application;
  approvals = nest.get(ApprovalService, { strict: false });
  trust = nest.get(TrustService, { strict: false });
});
afterAll(() => app.close());
beforeEach(async () => {
  key = await enrolled();
  next += 1;
});

async function enrolled(): Promise<PluginKey> {
  const made = PluginKey.generate();
  await app.asAdmin('post', '/v1/plugin-signers').send(made.enrolment()).expect(201);
  return made;
}

/** A release of the plugin of this test. */
const release = (releaseSeq = 1, manifest: object = {}) =>
  somePackage({
    name: `acme.plugin-${next}`,
    version: `${releaseSeq}.0.0`,
    releaseSeq,
    capabilities: ['kv', 'render'],
    ...manifest,
  });

const assess = (found: PluginPackage, signer = key) =>
  trust.assess(ctx, found, signer.signed(found));
const approve = (found: PluginPackage, more: object = {}, signer = key) =>
  approvals.approve(ctx, { found, sidecar: signer.signed(found), ...more });
const eventsAbout = async ({ manifest }: PluginPackage) =>
  (await eventsOf(app, INSTANCE)).filter(({ subject }) => subject.id === manifest.name);

describe('an approval', () => {
  it('lets exactly these bytes run, with what they ask for', async () => {
    const found = release();
    expect(await assess(found)).toMatchObject({ state: 'pending-approval' });
    expect(await approve(found)).toMatchObject({ state: 'approved', granted: ['kv', 'render'] });
    expect(await assess(found)).toEqual({
      state: 'approved',
      basis: 'signature',
      granted: ['kv', 'render'],
      keyId: key.keyId,
    });
    expect(await assess(release(2))).toMatchObject({ state: 'pending-approval' });
    expect(await eventsAbout(found)).toMatchObject([
      {
        type: 'plugin.approved',
        after: found.treeDigest,
        data: { version: '1.0.0', releaseSeq: 1, keyId: key.keyId, granted: ['kv', 'render'] },
      },
    ]);
  });

  it('grants less than is asked for, and can be given anew', async () => {
    const found = release();
    await approve(found, { granted: ['kv'] });
    expect(await assess(found)).toMatchObject({ state: 'approved', granted: ['kv'] });
    await approve(found, { granted: [] });
    expect(await assess(found)).toMatchObject({ state: 'approved', granted: [] });
  });

  it('of bytes that another key signed anew grants what was said last, whoever signs them', async () => {
    const found = release();
    const other = await enrolled();
    await approve(found);
    await approve(found, { granted: ['kv'] }, other);
    expect(await assess(found, other)).toMatchObject({ granted: ['kv'], keyId: other.keyId });
    expect(await assess(found)).toMatchObject({ granted: ['kv'], keyId: key.keyId });
  });

  it('never grants what is not asked for', async () => {
    await expect(approve(release(), { granted: ['kv', 'llm'] })).rejects.toMatchObject({
      code: 'validation-failed',
      errors: [{ pointer: '/granted', code: 'unasked-capability' }],
    });
  });

  it('is for the bytes that were seen', async () => {
    const { treeDigest } = release();
    await expect(approve(release(2), { treeDigest })).rejects.toMatchObject({
      code: 'plugin-rejected',
      members: { reason: 'modified' },
    });
  });

  it('cannot be given to what is rejected, with the reason', async () => {
    const found = release();
    for (const [sidecar, reason] of [
      [undefined, 'unsigned'],
      [PluginKey.generate().signed(found), 'untrusted-key'],
      [{ ...key.signed(found), sig: key.signed(release(3)).sig }, 'invalid'],
      [key.signed(release(4)), 'modified'],
    ] as const) {
      await expect(approvals.approve(ctx, { found, sidecar })).rejects.toMatchObject({
        code: 'plugin-rejected',
        members: { reason },
      });
    }
    expect(await eventsAbout(found)).toEqual([]);
  });

  it('is withdrawn, and then these bytes wait again', async () => {
    const found = release();
    await approve(found);
    await approvals.withdraw(ctx, found.manifest.name, found.treeDigest);
    expect(await assess(found)).toMatchObject({ state: 'pending-approval' });
    await expect(
      approvals.withdraw(ctx, found.manifest.name, found.treeDigest),
    ).rejects.toMatchObject({ code: 'not-found' });
    await approve(found);
    expect(await assess(found)).toMatchObject({ state: 'approved' });
    expect((await eventsAbout(found)).map(({ type }) => type)).toEqual([
      'plugin.approved',
      'plugin.approval-withdrawn',
      'plugin.approved',
    ]);
  });

  it('of a newer release makes the older one a downgrade, and stays so when it is withdrawn', async () => {
    const [first, second] = [release(1), release(2)];
    await approve(first);
    await approve(second);
    expect(await assess(first)).toMatchObject({ state: 'rejected', reason: 'downgrade' });
    await approvals.withdraw(ctx, second.manifest.name, second.treeDigest);
    expect(await assess(first)).toMatchObject({ state: 'rejected', reason: 'downgrade' });
  });

  it('of a version refuses other bytes under the same number', async () => {
    await approve(release(1));
    const again = release(2, { version: '1.0.0' });
    expect(await assess(again)).toMatchObject({ state: 'rejected', reason: 'modified' });
    await expect(approve(again)).rejects.toMatchObject({ members: { reason: 'modified' } });
  });

  it('is asked for by many at once and given once', async () => {
    const found = release();
    await Promise.all([1, 2, 3, 4].map(() => approve(found)));
    const rows = await queryRaw(
      app,
      `SELECT id FROM plugin_approvals WHERE name = '${found.manifest.name}'`,
    );
    expect(rows).toHaveLength(1);
  });

  it('is for instance admins', async () => {
    const viewer: OperationContext = {
      ...ctx,
      principal: {
        kind: 'user',
        id: '00000000-0000-7000-8000-000000000001',
        name: 'somebody',
        sessionId: '00000000-0000-7000-8000-000000000002',
        instanceAdmin: false,
        mustChangePassword: false,
      },
    };
    const found = release();
    const request = { found, sidecar: key.signed(found) };
    await expect(approvals.approve(viewer, request)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(approvals.withdraw(viewer, 'x', 'y')).rejects.toMatchObject({ code: 'forbidden' });
    expect(await assess(found)).toMatchObject({ state: 'pending-approval' });
  });
});

describe('a key that is revoked while its plugin runs', () => {
  it('is told at the next look at the bytes in memory, which do not start again', async () => {
    const found = release();
    await approve(found);
    await app.asAdmin('delete', `/v1/plugin-signers/${key.keyId}`).expect(204);
    expect(await assess(found)).toMatchObject({ state: 'rejected', reason: 'revoked' });
    await expect(approve(found)).rejects.toMatchObject({ members: { reason: 'revoked' } });
    const events = await eventsOf(app, INSTANCE);
    expect(events.filter(({ subject }) => subject.id === key.keyId).at(-1)).toMatchObject({
      type: 'plugin-signer.revoked',
      subject: { type: 'plugin-signer' },
    });
  });

  it('never leaves a later approval behind, however the two meet', async () => {
    const found = release();
    const [approved, revoked] = await Promise.allSettled([
      approve(found),
      app.asAdmin('delete', `/v1/plugin-signers/${key.keyId}`).expect(204),
    ]);
    expect(revoked.status).toBe('fulfilled');
    expect(await assess(found)).toMatchObject({ state: 'rejected', reason: 'revoked' });
    const types = (await eventsOf(app, INSTANCE))
      .filter(({ subject }) => [key.keyId, found.manifest.name].includes(subject.id))
      .map(({ type }) => type);
    expect(types.at(-1)).toBe('plugin-signer.revoked');
    expect(types.includes('plugin.approved')).toBe(approved.status === 'fulfilled');
  });
});

describe('a key that is retired', () => {
  it('lets what was approved go on and signs nothing new', async () => {
    const found = release();
    await approve(found);
    const path = `/v1/plugin-signers/${key.keyId}`;
    await app.asAdmin('patch', path).send({ status: 'retired' }).expect(200);
    expect(await assess(found)).toMatchObject({ state: 'approved' });
    expect(await assess(release(2))).toMatchObject({ state: 'rejected', reason: 'untrusted-key' });
  });
});

describe('a key whose terms become narrower', () => {
  it.each([
    [{ names: ['other.*'] }, 'untrusted-key'],
    [{ capabilities: ['kv'] }, 'untrusted-key'],
    [{ validUntil: '2020-01-01T00:00:00Z' }, 'expired'],
    [{ validFrom: '2999-01-01T00:00:00Z' }, 'untrusted-key'],
  ])('to %j stops what was approved', async (terms, reason) => {
    const found = release();
    await approve(found);
    await app.asAdmin('patch', `/v1/plugin-signers/${key.keyId}`).send(terms).expect(200);
    expect(await assess(found)).toMatchObject({ state: 'rejected', reason });
  });
});

it('a signer that approvals refer to cannot be removed from the database', async () => {
  await approve(release());
  await expect(
    queryRaw(app, `DELETE FROM plugin_signers WHERE key_id = '${key.keyId}'`),
  ).rejects.toThrow();
});
