import type { Approval } from '../../src/plugins/approvals/approval.js';
import { type Known, trustOf, type TrustRules } from '../../src/plugins/approvals/trust-of.js';
import type { PluginPackage } from '../../src/plugins/package/plugin-package.js';
import type { Sidecar } from '../../src/plugins/signatures/signed-document.js';
import type { TrustedKey } from '../../src/plugins/signatures/trusted-key.js';
import { PluginKey } from '../support/plugins/plugin-key.js';
import { somePackage } from '../support/plugins/plugin-tree.js';

const publisher = PluginKey.generate();
const found = somePackage({ capabilities: ['kv', 'render'] });
const sidecar = publisher.signed(found);
const rules: TrustRules = { promptdVersion: '0.1.0', allowUnsigned: false, shipped: {} };
const dayMs = 24 * 60 * 60 * 1000;

/** An approval of a package as it is, for all it asks. */
function approvalOf(
  { manifest, treeDigest }: PluginPackage,
  other: Partial<Approval> = {},
): Approval {
  const { name, version, releaseSeq, capabilities: granted } = manifest;
  return {
    id: 'some id',
    ...{ name, treeDigest, version, releaseSeq, granted, guards: [] },
    keyId: publisher.keyId,
    approvedAtMs: 1,
    approvedBy: { kind: 'system', id: null, name: 'test' },
    withdrawnAtMs: null,
    ...other,
  };
}

const knowing = (approvals: readonly Approval[] = [], terms: Partial<TrustedKey> = {}): Known => ({
  signers: [publisher.trusted(terms)],
  approvals,
});

const decide = (
  known: Known,
  {
    plugin = found,
    signed = sidecar,
    ruled = {},
    nowMs = Date.now(),
  }: {
    plugin?: PluginPackage;
    signed?: Sidecar | undefined;
    ruled?: Partial<TrustRules>;
    nowMs?: number;
  } = {},
) => trustOf(plugin, signed, known, { ...rules, ...ruled }, nowMs);

const rejected = (reason: string, sentence: RegExp) => ({
  state: 'rejected',
  reason,
  detail: expect.stringMatching(sentence),
});

describe('a signed plugin', () => {
  it('waits for an approval of its bytes, however good its signature is', () => {
    expect(decide(knowing())).toEqual({
      state: 'pending-approval',
      asked: ['kv', 'render'],
      keyId: publisher.keyId,
    });
  });

  it('runs when exactly these bytes are approved, with what was granted', () => {
    expect(decide(knowing([approvalOf(found)]))).toEqual({
      state: 'approved',
      basis: 'signature',
      granted: ['kv', 'render'],
      keyId: publisher.keyId,
    });
    const less = approvalOf(found, { granted: ['kv'] });
    expect(decide(knowing([less]))).toMatchObject({ state: 'approved', granted: ['kv'] });
  });

  it('is never granted what its manifest does not ask for', () => {
    const more = approvalOf(found, { granted: ['kv', 'llm', 'http'] });
    expect(decide(knowing([more]))).toMatchObject({ granted: ['kv'] });
  });

  it('waits again when its approval is withdrawn', () => {
    const withdrawn = approvalOf(found, { withdrawnAtMs: 2 });
    expect(decide(knowing([withdrawn]))).toMatchObject({ state: 'pending-approval' });
  });

  it('waits again when it is released anew, and more so when it asks for more', () => {
    const next = somePackage({ version: '1.1.0', releaseSeq: 2, capabilities: ['kv', 'llm'] });
    const known = knowing([approvalOf(found)]);
    expect(decide(known, { plugin: next, signed: publisher.signed(next) })).toMatchObject({
      state: 'pending-approval',
      asked: ['kv', 'llm'],
    });
  });
});

describe('the key that signed it', () => {
  const approvals = [approvalOf(found)];
  it.each([
    ['is not enrolled', { signers: [], approvals }, 'untrusted-key', /not enrolled/],
    ['is revoked', knowing(approvals, { status: 'revoked' }), 'revoked', /revoked/],
    ['is for other names', knowing(approvals, { names: ['other.*'] }), 'untrusted-key', /name/],
    ['vouches for less', knowing(approvals, { capabilities: ['kv'] }), 'untrusted-key', /render/],
    [
      'is not valid yet',
      knowing(approvals, { validFromMs: Date.now() + dayMs }),
      'untrusted-key',
      /yet/,
    ],
    [
      'is no longer valid',
      knowing(approvals, { validUntilMs: Date.now() }),
      'expired',
      /no longer/,
    ],
    [
      'was valid later',
      knowing(approvals, { validFromMs: Date.now() - 1 }),
      'untrusted-key',
      /before/,
    ],
    [
      'is retired, and nothing is approved',
      knowing([], { status: 'retired' }),
      'untrusted-key',
      /retired/,
    ],
  ] as const)('%s: refused, approved or not', (_, known, reason, sentence) => {
    expect(decide(known)).toMatchObject(rejected(reason, sentence));
  });

  it('is retired: what was approved goes on', () => {
    expect(decide(knowing(approvals, { status: 'retired' }))).toMatchObject({ state: 'approved' });
  });

  it('is kept under the id of another: refused', () => {
    const other = PluginKey.generate();
    const impostor = publisher.trusted({ publicKey: other.key.text });
    const known = { signers: [impostor], approvals };
    expect(decide(known)).toMatchObject(rejected('invalid', /does not hold/));
    expect(
      decide(known, { signed: { ...other.signed(found), keyId: publisher.keyId } }),
    ).toMatchObject(rejected('invalid', /does not hold/));
  });
});

describe('the time', () => {
  it('is past the end of the signature: expired, also when it was approved', () => {
    const nowMs = Date.parse(sidecar.expiresAt);
    const known = knowing([approvalOf(found)]);
    expect(decide(known, { nowMs: nowMs - 1 })).toMatchObject({ state: 'approved' });
    expect(decide(known, { nowMs })).toMatchObject(rejected('expired', /good until/));
  });

  it('is long before the signature was made: invalid', () => {
    const nowMs = Date.parse(sidecar.signedAt) - dayMs;
    expect(decide(knowing(), { nowMs })).toMatchObject(rejected('invalid', /future/));
  });
});

describe('what was approved before', () => {
  const next = somePackage({ version: '1.1.0', releaseSeq: 2 });

  it('is newer: a downgrade, also to what is approved itself and to what is withdrawn since', () => {
    for (const withdrawnAtMs of [null, 5]) {
      const known = knowing([approvalOf(found), approvalOf(next, { withdrawnAtMs })]);
      expect(decide(known)).toMatchObject(rejected('downgrade', /Release 2/));
    }
  });

  it('has the same release number and other bytes: a downgrade', () => {
    const same = somePackage({ version: '1.1.0', releaseSeq: 1 });
    const known = knowing([approvalOf(found)]);
    expect(decide(known, { plugin: same, signed: publisher.signed(same) })).toMatchObject(
      rejected('downgrade', /higher number/),
    );
  });

  it('has the same version and other bytes: modified, whoever signs it', () => {
    const again = somePackage({ releaseSeq: 2 }, { 'index.js': 'export default { other: true };' });
    const other = PluginKey.generate();
    const known = {
      signers: [publisher.trusted(), other.trusted()],
      approvals: [approvalOf(found)],
    };
    for (const key of [publisher, other]) {
      expect(decide(known, { plugin: again, signed: key.signed(again) })).toMatchObject(
        rejected('modified', /other bytes/),
      );
    }
  });

  it('was signed by another key: its numbers do not count', () => {
    const other = PluginKey.generate();
    const known = {
      signers: [other.trusted()],
      approvals: [approvalOf(somePackage({ version: '9.0.0', releaseSeq: 9 }))],
    };
    expect(decide(known, { signed: other.signed(found) })).toMatchObject({
      state: 'pending-approval',
    });
  });

  it('are the same bytes under several keys: what was said last stands, until it is withdrawn', () => {
    const keyId = PluginKey.generate().keyId;
    const last = { granted: ['kv'], approvedAtMs: 2 } as const;
    const before = approvalOf(found);
    for (const [first, second] of [
      [before, approvalOf(found, { ...last, keyId })],
      [approvalOf(found, { keyId }), approvalOf(found, last)],
    ] as const) {
      expect(decide(knowing([first, second]))).toMatchObject({ granted: ['kv'] });
      expect(decide(knowing([second, first]))).toMatchObject({ granted: ['kv'] });
    }
    const withdrawn = approvalOf(found, { ...last, keyId, withdrawnAtMs: 3 });
    expect(decide(knowing([before, withdrawn]))).toMatchObject({ granted: ['kv', 'render'] });
  });

  it('are the same bytes under another key: they stay approved', () => {
    const other = PluginKey.generate();
    const known = { signers: [other.trusted()], approvals: [approvalOf(found)] };
    expect(decide(known, { signed: other.signed(found) })).toMatchObject({
      state: 'approved',
      keyId: other.keyId,
    });
  });
});

describe('a plugin without a signature', () => {
  const unsigned = (ruled: Partial<TrustRules>, plugin = found) =>
    trustOf(plugin, undefined, knowing([approvalOf(found)]), { ...rules, ...ruled }, Date.now());

  it('does not run', () => {
    expect(unsigned({})).toMatchObject(rejected('unsigned', /promptd plugin sign/));
  });

  it('runs where that is allowed, and is called unsigned', () => {
    expect(unsigned({ allowUnsigned: true })).toMatchObject({
      state: 'approved',
      basis: 'unsigned',
      keyId: null,
    });
  });

  it('runs when it is one that was shipped, byte for byte', () => {
    const shipped = { [found.manifest.name]: { treeDigest: found.treeDigest, guards: [] } };
    expect(unsigned({ shipped })).toMatchObject({ state: 'approved', basis: 'shipped' });
    const changed = somePackage({}, { 'index.js': 'export default 1;' });
    expect(unsigned({ shipped }, changed)).toMatchObject(rejected('modified', /as it was shipped/));
  });

  it('is not one that was shipped because of the digest of another', () => {
    const shipped = { 'other.name': { treeDigest: found.treeDigest, guards: [] } };
    expect(unsigned({ shipped })).toMatchObject(rejected('unsigned', /no sidecar/));
  });

  it('is not let through with a signature that is wrong', () => {
    const wrong = { ...sidecar, sig: PluginKey.generate().signed(found).sig };
    expect(decide(knowing(), { signed: wrong, ruled: { allowUnsigned: true } })).toMatchObject(
      rejected('invalid', /does not hold/),
    );
  });
});

it('is incompatible when it is made for another promptd', () => {
  const plugin = somePackage({ engines: { promptd: '^2.0.0' } });
  const known = knowing([approvalOf(plugin)]);
  expect(decide(known, { plugin, signed: publisher.signed(plugin) })).toMatchObject(
    rejected('incompatible', /made for promptd \^2\.0\.0, and this is 0\.1\.0/),
  );
});
