import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PluginKey } from '../support/plugins/plugin-key.js';
import { writeSidecar } from '../support/plugins/plugin-tree.js';
import { packed, PluginWorkspace } from '../support/plugins/plugin-workspace.js';
import { readsDuring } from '../support/plugins/reads-during.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { runnerProgram } from '../support/sandboxed-plugin.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

let app: FreshApplication;
let plugins: PluginWorkspace;
let prompts: PromptWorkspace;
let next = 0;
let name: string;
/** Of the plugin; its sidecar is beside it. */
let tree: string;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_PLUGINS_WATCH: 'off' }, runnerProgram());
  plugins = await PluginWorkspace.of(app);
  prompts = await PromptWorkspace.create(app);
  await prompts.publish('greeting', '1.0.0');
});
afterAll(() => app.close());
beforeEach(() => {
  next += 1;
  name = `acme.plugin-${next}`;
  tree = join(app.plugins, name);
});
afterEach(async () => {
  await plugins.remove(name);
  await plugins.rescan().expect(200);
});

/** What is done to the folder of a plugin that serves, and what is then said of it. */
const attacks: readonly (readonly [what: string, attack: () => Promise<unknown>, said: RegExp])[] =
  [
    ['loses its sidecar', () => rm(`${tree}.sig`), /sign/i],
    ['has half a sidecar', () => writeFile(`${tree}.sig`, '{"v":1,'), /is damaged/],
    [
      'has the sidecar of another plugin',
      () => writeSidecar(tree, plugins.key.signed(packed({ name: 'acme.other' }))),
      /another plugin/,
    ],
    [
      'has a sidecar whose signature is of other bytes',
      () => {
        const { sig } = plugins.key.signed(packed({ name, releaseSeq: 2 }));
        return writeSidecar(tree, { ...plugins.key.signed(packed({ name })), sig });
      },
      /does not hold/,
    ],
    [
      'has the sidecar of a stranger',
      () => writeSidecar(tree, PluginKey.generate().signed(packed({ name }))),
      /not enrolled/,
    ],
    [
      'has a link for a sidecar',
      async () => {
        await rename(`${tree}.sig`, join(tree, '..', '..', `${name}.real`));
        await symlink(join(tree, '..', '..', `${name}.real`), `${tree}.sig`);
      },
      /no plain file/,
    ],
    ['gets a file', () => writeFile(join(tree, 'lib', 'more.js'), ''), /was not signed/],
    [
      'gets a link for a file',
      async () => {
        await rm(join(tree, 'lib', 'words.js'));
        await symlink(join(tree, 'index.js'), join(tree, 'lib', 'words.js'));
      },
      /is a link/,
    ],
    [
      'gets other bytes under its version',
      () => plugins.put({ name, releaseSeq: 2, manifest: { version: '1.0.0' } }),
      /approved with other bytes/,
    ],
  ];

describe('a plugin that serves', () => {
  it.each(attacks)('and %s: goes on with what was verified', async (_, attack, said) => {
    const treeDigest = await plugins.serve({ name });
    await attack();

    const refusal = await readsDuring(prompts, plugins.act(name, 'reload').then());

    expect([refusal.status, refusal.body.code]).toEqual([409, 'plugin-not-loaded']);
    expect(await plugins.look(name)).toMatchObject({
      ...{ state: 'active', treeDigest },
      lastError: { message: expect.stringMatching(said) },
    });
    expect(await plugins.say(name)).toMatchObject({ value: { body: 1 } });
  });
});
