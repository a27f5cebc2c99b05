import { appendFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningPlugin } from '../../src/plugins/catalog/life/running-plugin.js';
import type { Sidecar } from '../../src/plugins/signatures/signed-document.js';
import { answersIn, attackTable, toldAs } from '../support/plugins/attack-table.js';
import { malleated, PluginKey } from '../support/plugins/plugin-key.js';
import { writeSidecar } from '../support/plugins/plugin-tree.js';
import { packed, PluginWorkspace } from '../support/plugins/plugin-workspace.js';
import { readsDuring } from '../support/plugins/reads-during.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { runnerProgram } from '../support/sandboxed-plugin.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const table = attackTable('What may be done to its files');
const enrolments = attackTable('Keys that may be offered');

let app: FreshApplication;
let plugins: PluginWorkspace;
let prompts: PromptWorkspace;
let next = 0;
let name: string;
/** Of the plugin; its sidecar is beside it. */
let tree: string;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_PLUGINS_WATCH: 'off' }, runnerProgram());
  prompts = await PromptWorkspace.create(app);
  await prompts.publish('greeting', '1.0.0');
});
afterAll(() => app.close());
beforeEach(async () => {
  // A key for each: one of them is revoked.
  plugins = await PluginWorkspace.of(app);
  next += 1;
  name = `acme.plugin-${next}`;
  tree = join(app.plugins, name);
});
afterEach(async () => {
  await plugins.remove(name);
  await plugins.rescan().expect(200);
});

const releaseSeq = 5;
const served = () => packed({ name, releaseSeq });

/** The sidecar of what is there, with what somebody made of it. */
const resign = (change: (sidecar: Sidecar) => Sidecar) =>
  writeSidecar(tree, change(plugins.key.signed(served())));

const half = async (file: string) => {
  const { size } = await stat(file);
  await truncate(file, Math.floor(size / 2));
};

const ofAnHourAgo = () => new Date(Date.now() - 3_600_000).toISOString();

/** What is done to the folder of a plugin that serves. */
const attacks: Readonly<Record<string, () => Promise<unknown>>> = {
  'has one byte changed': () => appendFile(join(tree, 'index.js'), ' '),
  'gets a file': () => writeFile(join(tree, 'lib', 'more.js'), ''),
  'loses a file': () => rm(join(tree, 'lib'), { recursive: true }),
  'has a file renamed': () => rename(join(tree, 'lib', 'words.js'), join(tree, 'lib', 'word.js')),
  'gets a link for a file': async () => {
    await rm(join(tree, 'lib', 'words.js'));
    await symlink(join(tree, 'index.js'), join(tree, 'lib', 'words.js'));
  },
  'has a file that is half written': () => half(join(tree, 'index.js')),
  'has a manifest that is half written': () => half(join(tree, 'plugin.json')),
  'has half a sidecar': () => half(`${tree}.sig`),
  'loses its sidecar': () => rm(`${tree}.sig`),
  'has a link for a sidecar': async () => {
    const elsewhere = join(tree, '..', '..', `${name}.real`);
    await rename(`${tree}.sig`, elsewhere);
    await symlink(elsewhere, `${tree}.sig`);
  },
  'has the sidecar of another plugin': () =>
    writeSidecar(tree, plugins.key.signed(packed({ name: 'acme.other' }))),
  'has the sidecar of another version': () =>
    writeSidecar(tree, plugins.key.signed(served(), { version: '9.0.0' })),
  'has a sidecar for another purpose': () =>
    writeSidecar(tree, plugins.key.signed(served(), { purpose: 'plugin-signer' as never })),
  'has a sidecar of a stranger': () => writeSidecar(tree, PluginKey.generate().signed(served())),
  'has a signature of other bytes': () => {
    const { sig } = plugins.key.signed(packed({ name, releaseSeq: 7 }));
    return resign((sidecar) => ({ ...sidecar, sig }));
  },
  'has a signature that is malleated': () =>
    resign((sidecar) => ({ ...sidecar, sig: malleated(sidecar.sig) })),
  'has a signature that is a byte short': () =>
    resign((sidecar) => {
      const sig = Buffer.from(sidecar.sig, 'base64').subarray(0, 63).toString('base64');
      return { ...sidecar, sig };
    }),
  'has a signature that has expired': () =>
    writeSidecar(tree, plugins.key.signed(served(), { expiresAt: ofAnHourAgo() })),
  'is replaced by an older release': () => plugins.put({ name, releaseSeq: 4 }),
  'is replaced by other bytes of its version': () =>
    plugins.put({ name, releaseSeq: 6, manifest: { version: '5.0.0' } }),
  'has a file swapped before its runner is renewed': async () => {
    await writeFile(join(tree, 'index.js'), 'for (;;);');
    const { pid } = (plugins.active(name) as RunningPlugin).stats();
    process.kill(pid!, 'SIGKILL');
    await until(
      () => plugins.say(name),
      (said) => said?.ok === true,
    );
  },
  'has the key that signed it revoked': () =>
    app.asAdmin('delete', `/v1/plugin-signers/${plugins.key.keyId}`).expect(204),
};

it('docs/plugin-attacks.md tells of these attacks and of no other', () => {
  expect(Object.keys(attacks)).toEqual([...table.keys()]);
  expect(keys.map(([what]) => what)).toEqual([...enrolments.keys()]);
});

describe('a plugin that serves and', () => {
  it.each(Object.entries(attacks))('%s comes to what is written of it', async (what, attack) => {
    const [answers, reason, state] = table.get(what)!;
    const treeDigest = await plugins.serve({ name, releaseSeq });

    const answer = await readsDuring(
      prompts,
      attack().then(() => plugins.act(name, 'reload').then()),
    );

    expect(answersIn(answers)).toContain(toldAs(answer));
    const seen = await plugins.look(name);
    const said = await plugins.say(name);
    if (state === 'active') {
      const lastError = { message: expect.any(String) };
      expect(seen).toMatchObject({ state, treeDigest, lastError, next: { reason } });
      expect(said).toMatchObject({ value: { body: releaseSeq } });
    } else {
      expect(seen).toMatchObject({ state, reason, next: null });
      expect(said).toBeUndefined();
    }
  });
});

const point = (fill: string) => Buffer.from(fill, 'hex').toString('base64url');
const keys: readonly (readonly [what: string, enrolment: () => object])[] = [
  ['is a point of small order', () => ({ publicKey: point('00'.repeat(32)) })],
  ['is no canonical point', () => ({ publicKey: point('ff'.repeat(32)) })],
  ['is too short', () => ({ publicKey: 'AAAA' })],
  ['comes with the proof of another key', () => ({ publicKey: PluginKey.generate().key.text })],
];

describe('a key that', () => {
  it.each(keys)('%s is refused as it is written', async (what, enrolment) => {
    const [answers, because] = enrolments.get(what)!;
    const body = PluginKey.generate().enrolment(enrolment());
    const offer = app.asAdmin('post', '/v1/plugin-signers').send(body).then();

    const answer = await readsDuring(prompts, offer);

    expect(answersIn(answers)).toContain(toldAs(answer));
    expect(answer.body.errors).toMatchObject([{ code: because }]);
  });
});
