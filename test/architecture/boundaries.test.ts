import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = join(import.meta.dirname, '..', '..');

/** Imports that must stay possible, as `file -> what it imports`. */
const allowed = [
  'src/main.ts -> ./app.module.js',
  'src/app.module.ts -> ./registry/index.js',
  'src/app.module.ts -> ./platform/http/index.js',
  'src/cli.ts -> ./cli/program.js',
  'src/cli/verify/verify.ts -> ../../registry/verification.js',
  'src/cli/verify/keys.ts -> ../../platform/crypto/index.js',
  'src/registry/verification.ts -> ../platform/crypto/index.js',
  'src/platform/http/server.ts -> ../errors/index.js',
  'src/delivery/reads/reads.service.ts -> ../../registry/index.js',
  'src/registry/versions/versions.repository.ts -> typeorm',
  'src/registry/versions/versions.service.ts -> ./bump.js',
  'src/registry/versions/bump.ts -> ../contract/contract.js',
  'src/registry/rendering/rendering.controller.ts -> @nestjs/common',
  'src/audit/audit.service.ts -> @nestjs/common',
  'src/registry/versions/bump.test.ts -> fast-check',
  'migrations/1-first.ts -> typeorm',
  'migrations/2-second.ts -> ../src/platform/database/migration-kit.js',
  'src/plugins/runner/inside/guest-isolate.ts -> isolated-vm',
  'src/plugins/runner/inside/lane.ts -> ../runner-limits.js',
  'src/plugins/runner/runner-process.ts -> ../../platform/errors/index.js',
  'load/bench/server.ts -> ../../test/support/fresh-database.js',
  // The way back of the cycle below, which is reported once, at its first file.
  'src/jobs/b.ts -> ./a.js',
];

/** For each rule, imports that it must refuse. Together they name every rule that exists. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'area-platform': ['src/platform/http/reach.ts -> ../../registry/index.js'],
  'area-audit': ['src/audit/reach.ts -> ../jobs/index.js'],
  'area-jobs': ['src/jobs/reach.ts -> ../access/index.js'],
  'area-access': ['src/access/reach.ts -> ../plugins/index.js'],
  'area-plugins': ['src/plugins/reach.ts -> ../registry/index.js'],
  'area-providers': ['src/providers/reach.ts -> ../registry/index.js'],
  'area-registry': [
    'src/registry/reach.ts -> ../delivery/index.js',
    'src/registry/boot.ts -> ../app.module.js',
  ],
  'area-delivery': ['src/delivery/reach.ts -> ../plugins/index.js'],
  'area-optimizer': ['src/optimizer/reach.ts -> ../delivery/index.js'],
  'area-ops': ['src/ops/reach.ts -> ../access/index.js'],
  'known-areas': ['src/billing/invoice.ts -> ../platform/http/index.js'],
  'front-door': ['src/delivery/peek.ts -> ../registry/versions/bump.js'],
  'front-door-platform': ['src/platform/http/peek.ts -> ../errors/problem.js'],
  'front-door-roots': ['src/generate.ts -> ./registry/versions/bump.js'],
  'cli-alone': ['src/cli/reach.ts -> ../registry/index.js'],
  'verification-stays-pure': ['src/audit/verification.ts -> ./audit.service.js'],
  'no-cycle': ['src/jobs/a.ts -> ./b.js'],
  'pure-domain': [
    'src/registry/contract/framed.ts -> @nestjs/common',
    'src/registry/versions/selector.ts -> ./versions.service.js',
  ],
  'engine-in-one-file': ['src/plugins/runner/inside/other.ts -> isolated-vm'],
  'runner-is-a-program': ['src/plugins/catalog.ts -> ./runner/inside/lane.js'],
  'runner-reads-itself': [
    'src/plugins/runner/inside/reach.ts -> ../../../platform/errors/index.js',
  ],
  'guest-imports-nothing': ['src/plugins/runner/guest/reach.ts -> ../runner-limits.js'],
  'typeorm-in-repositories': ['src/registry/labels/labels.service.ts -> typeorm'],
  'migrations-stand-still': ['migrations/3-third.ts -> ../src/registry/index.js'],
  'no-tests-in-the-product': ['src/jobs/product.ts -> ./clock.fake.js'],
  'unit-tests-stay-small': ['src/jobs/big.test.ts -> ../../test/support/fresh-database.js'],
  'load-stays-outside': ['load/bench/peek.ts -> ../../src/registry/index.js'],
  'no-dev-dependency': ['src/jobs/developer.ts -> fast-check'],
  resolvable: ['src/jobs/typo.ts -> ./nowhere.js'],
};

/** What is only imported above. */
const targets = [
  ...['access', 'delivery', 'jobs', 'plugins', 'registry'].map((area) => `src/${area}/index.ts`),
  ...['crypto', 'http', 'errors'].map((folder) => `src/platform/${folder}/index.ts`),
  'src/cli/program.ts',
  'src/platform/database/migration-kit.ts',
  'src/platform/errors/problem.ts',
  'src/registry/contract/contract.ts',
  'src/jobs/clock.fake.ts',
  'src/plugins/runner/runner-limits.ts',
  'test/support/fresh-database.ts',
  ...['typeorm', '@nestjs/common', 'fast-check', 'isolated-vm'].map(
    (name) => `node_modules/${name}/index.js`,
  ),
];

describe('the import rules', () => {
  let tree: string;
  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'promptd-boundaries-'));
    for (const file of targets) write(file, 'export const x = 1;');
    for (const line of [...allowed, ...Object.values(refused).flat()]) {
      const [file, target] = line.split(' -> ') as [string, string];
      write(file, `import { x } from '${target}';\nexport { x };`);
    }
    write(
      'package.json',
      JSON.stringify({
        type: 'module',
        dependencies: { typeorm: '1', '@nestjs/common': '1', 'isolated-vm': '1' },
        devDependencies: { 'fast-check': '1' },
      }),
    );
  });
  afterAll(() => {
    rmSync(tree, { recursive: true });
  });

  it('refuses each forbidden import by its own rule and nothing else', () => {
    const expected = Object.entries(refused).flatMap(([rule, lines]) =>
      lines.map((line) => `${rule}: ${line.split(' -> ')[0]!}`),
    );

    expect(listViolations().sort()).toEqual(expected.sort());
  });

  it('has an example for every rule', async () => {
    const { default: config } = (await import(join(repository, '.dependency-cruiser.js'))) as {
      default: { forbidden: readonly { name: string; comment: string }[] };
    };

    expect(Object.keys(refused).sort()).toEqual(config.forbidden.map(({ name }) => name).sort());
  });

  function listViolations(): string[] {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
        ...['--config', join(repository, '.dependency-cruiser.js')],
        ...['--output-type', 'json'],
        ...['src', 'migrations', 'load'],
      ],
      { cwd: tree, encoding: 'utf8' },
    );
    if (stdout === '') throw new Error(stderr);
    const { summary } = JSON.parse(stdout) as {
      summary: { violations: readonly { rule: { name: string }; from: string }[] };
    };
    return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
  }

  function write(file: string, content: string): void {
    const path = join(tree, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
});
