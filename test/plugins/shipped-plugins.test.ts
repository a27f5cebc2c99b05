import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { PluginDefinition } from 'promptd:api';
import semver from 'semver';
import efficiencyAnalyzer from '../../plugins/efficiency-analyzer/index.js';
import hello from '../../plugins/hello/index.js';
import policyGuard from '../../plugins/policy-guard/index.js';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly releaseSeq: number;
  readonly engines: { readonly promptd: string };
  readonly entry: string;
  readonly capabilities: readonly string[];
  readonly http?: object;
  readonly hooks?: readonly { event: string; kind: string; onError?: string }[];
  readonly endpoints?: readonly {
    handler: string;
    path: string;
    roles: readonly string[];
    input?: object;
    output?: object;
    launchesModal?: string;
  }[];
  readonly modals?: readonly {
    name: string;
    actions: readonly { name: string; input?: object }[];
  }[];
}

const root = join(import.meta.dirname, '..', '..', 'plugins');
const plugins: readonly [string, PluginDefinition][] = [
  ['hello', hello],
  ['policy-guard', policyGuard],
  ['efficiency-analyzer', efficiencyAnalyzer],
];

it('has a test for each folder of plugins', () => {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = folders.map(({ name }) => name).filter((name) => name !== 'api');
  expect(plugins.map(([name]) => name).sort()).toEqual(names.sort());
});

describe.each(plugins)('%s', (folder, plugin) => {
  const files = filesBelow(join(root, folder));
  const manifest = JSON.parse(readFileSync(join(root, folder, 'plugin.json'), 'utf8')) as Manifest;

  it('is named after its folder and says which releases it is for', () => {
    expect(manifest).toMatchObject({ schema: 'promptd/plugin/v1', name: folder, apiVersion: 1 });
    expect(semver.valid(manifest.version)).toBe(manifest.version);
    expect(manifest.releaseSeq).toBeGreaterThanOrEqual(1);
    expect(semver.satisfies('0.1.0', manifest.engines.promptd)).toBe(true);
  });

  it('asks for no network and no model', () => {
    expect(manifest.capabilities).not.toEqual(expect.arrayContaining(['http']));
    expect(manifest.capabilities).not.toEqual(expect.arrayContaining(['llm']));
    expect(manifest.http).toBeUndefined();
  });

  it('handles exactly the hooks that it declares, and says what a failing veto means', () => {
    const hooks = manifest.hooks ?? [];
    expect(hooks.map(({ event }) => event).sort()).toEqual(Object.keys(plugin.hooks ?? {}).sort());
    for (const { kind, onError } of hooks) {
      expect(onError === undefined).toBe(kind !== 'veto');
    }
  });

  it('handles exactly the endpoints that it declares, for known roles', () => {
    const endpoints = manifest.endpoints ?? [];
    const handlers = endpoints.map(({ handler }) => handler);
    expect(handlers.sort()).toEqual(Object.keys(plugin.endpoints ?? {}).sort());
    for (const { path, roles, launchesModal } of endpoints) {
      expect(path).toMatch(/^(\/:?[a-z][A-Za-z0-9-]*)+$/);
      expect(['viewer', 'developer', 'admin']).toEqual(expect.arrayContaining([...roles]));
      expect(roles).not.toHaveLength(0);
      const modals = (manifest.modals ?? []).map(({ name }) => name);
      if (launchesModal !== undefined) expect(modals).toContain(launchesModal);
    }
  });

  it('handles exactly the modals and actions that it declares', () => {
    const declared = (manifest.modals ?? []).map(({ name, actions }) => [
      name,
      actions.map((action) => action.name).sort(),
    ]);
    const handled = Object.entries(plugin.modals ?? {}).map(([name, { actions }]) => [
      name,
      Object.keys(actions).sort(),
    ]);
    expect(Object.fromEntries(handled)).toEqual(Object.fromEntries(declared));
  });

  it('has schemas of 2020-12 that compile strictly', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    const endpoints = (manifest.endpoints ?? []).flatMap(({ input, output }) => [input, output]);
    const actions = (manifest.modals ?? []).flatMap((modal) => modal.actions);
    const schemas = [...endpoints, ...actions.map(({ input }) => input)];
    for (const schema of schemas.filter((one) => one !== undefined)) ajv.compile(schema);
  });

  it('is a small tree of plain files', () => {
    expect(files.length).toBeLessThanOrEqual(500);
    const sizes = files.map((file) => lstatSync(join(root, folder, file)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(10 * 1024 * 1024);
    expect(files).toContain(manifest.entry);
  });

  it('imports nothing but promptd:api and its own files, and no file lies about unused', () => {
    const modules = new Map(
      files
        .filter((file) => file.endsWith('.js'))
        .map((file) => [file, importsOf(join(root, folder, file))]),
    );
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const specifier of modules.get(file)!) {
        if (specifier === 'promptd:api') continue;
        expect(specifier).toMatch(/^\.{1,2}\//);
        const target = posix.join(posix.dirname(file), specifier);
        expect([...modules.keys()]).toContain(target);
        visit(target);
      }
    };
    visit(manifest.entry);
    expect([...reached].sort()).toEqual([...modules.keys()].sort());
  });
});

function importsOf(path: string): readonly string[] {
  const source = readFileSync(path, 'utf8');
  return [...source.matchAll(/^(?:import|export)\b[^'";]*\bfrom '([^']+)';$/gm)].map(
    ([, specifier]) => specifier!,
  );
}

/** By path with slashes; throws at anything that is neither file nor folder. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      if (!entry.isFile()) throw new Error(`${entry.name} is no plain file`);
      return relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
    });
}
