import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageOf } from '../../../src/plugins/package/plugin-package.js';
import type { SignedDocument } from '../../../src/plugins/signatures/signed-document.js';
import { type ActivePlugin, ActivePlugins } from '../../../src/plugins/index.js';
import type { FreshApplication } from '../fresh-application.js';
import { emptyHost, endpoint } from '../sandboxed-plugin.js';
import { until } from '../until.js';
import { PluginKey } from './plugin-key.js';
import { type Files, someFiles, writeSidecar, writeTree } from './plugin-tree.js';

/** What a test puts into the folder of plugins. */
export interface Release {
  readonly name: string;
  readonly releaseSeq?: number;
  readonly manifest?: object;
  /** The text of `index.js`; by default it offers an endpoint `say` that answers its release. */
  readonly code?: string;
  readonly files?: Files;
}

/** The module of a plugin whose endpoint `say` does what is given. */
export function saying(body: string, before = ''): string {
  return `import { definePlugin, registry } from 'promptd:api';
${before}
export default definePlugin({
  endpoints: { say: async (request) => { ${body} } },
});
`;
}

/** The files of a release. */
export function filesOf({ name, releaseSeq = 1, manifest = {}, code, files = {} }: Release): Files {
  const declared = {
    ...{ name, releaseSeq, version: `${releaseSeq}.0.0` },
    endpoints: [{ handler: 'say', method: 'GET', path: '/say', roles: ['viewer'] }],
    ...manifest,
  };
  return someFiles(declared, {
    'index.js': code ?? saying(`return { status: 200, body: ${releaseSeq} };`),
    ...files,
  });
}

/** The digest and the sidecar of what these files are. */
export function packed({ name, ...release }: Release) {
  const files = Object.entries(filesOf({ name, ...release }));
  return packageOf(name, new Map(files.map(([path, text]) => [path, Buffer.from(text)])));
}

/** An application's folder of plugins, a key that it trusts, and what the API says of them. */
export class PluginWorkspace {
  private constructor(
    readonly app: FreshApplication,
    readonly key: PluginKey,
  ) {}

  static async of(app: FreshApplication, key = PluginKey.generate()): Promise<PluginWorkspace> {
    await app.asAdmin('post', '/v1/plugin-signers').send(key.enrolment()).expect(201);
    return new PluginWorkspace(app, key);
  }

  /** Writes the files, and then the sidecar. Answers the digest of the tree. */
  async put(release: Release, signed: Partial<SignedDocument> = {}): Promise<string> {
    await this.remove(release.name);
    return this.replace(release, signed);
  }

  /** Writes over what is there: a folder that is gone for a moment is one that was taken away. */
  async replace(release: Release, signed: Partial<SignedDocument> = {}): Promise<string> {
    const directory = await writeTree(this.app.plugins, release.name, filesOf(release));
    const found = packed(release);
    await writeSidecar(directory, this.key.signed(found, signed));
    return found.treeDigest;
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.app.plugins, name), { recursive: true, force: true });
    await rm(join(this.app.plugins, `${name}.sig`), { force: true });
  }

  /** Puts it, approves it, and answers its digest when it serves. */
  async serve(release: Release): Promise<string> {
    const treeDigest = await this.put(release);
    await this.approve(release.name, treeDigest).expect(200);
    await this.becomes(release.name, { state: 'active', treeDigest });
    return treeDigest;
  }

  approve(name: string, treeDigest: string, more: object = {}) {
    return this.act(name, 'approve').send({ treeDigest, ...more });
  }

  /** What an instance admin does with a plugin. */
  act(name: string, what: string) {
    return this.app.asAdmin('post', `/v1/plugins/${name}/-/${what}`);
  }

  rescan() {
    return this.app.asAdmin('post', '/v1/plugins/-/rescan');
  }

  async look(name: string): Promise<Record<string, unknown>> {
    const { body } = await this.app.asAdmin('get', `/v1/plugins/${name}`);
    return body as Record<string, unknown>;
  }

  async health(name: string): Promise<Record<string, unknown>> {
    const { body } = await this.app.asAdmin('get', `/v1/plugins/${name}/-/health`).expect(200);
    return body as Record<string, unknown>;
  }

  /** Resolves when the plugin looks like this. */
  async becomes(name: string, expected: object): Promise<Record<string, unknown>> {
    const seen = await until(
      () => this.look(name),
      (now) => Object.entries(expected).every(([key, value]) => now[key] === value),
    );
    expect(seen).toMatchObject(expected);
    return seen;
  }

  active(name: string): ActivePlugin | undefined {
    return this.app.application.nest.get(ActivePlugins, { strict: false }).get(name);
  }

  /** What the endpoint `say` answers; undefined when nothing serves. */
  async say(name: string, input: unknown = {}) {
    return this.active(name)?.call(endpoint('say'), input, emptyHost);
  }
}
