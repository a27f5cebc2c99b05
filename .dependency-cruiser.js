/**
 * Who may import whom, in dependency order. An area that is not in this table may import nothing,
 * so a new one starts with a line here.
 */
const areas = {
  platform: { imports: [], why: 'It has no business words; everything else stands on it.' },
  audit: {
    imports: ['platform'],
    why: 'Every area writes to the trail, so it knows none of them.',
  },
  jobs: {
    imports: ['platform'],
    why: 'Features register their handlers; jobs never look them up.',
  },
  access: {
    imports: ['platform', 'audit', 'jobs'],
    why: 'Every area asks for a decision. Permission names are platform metadata, so access needs no area.',
  },
  plugins: {
    imports: ['platform', 'audit', 'jobs', 'access'],
    why: 'Areas hand host functions to the runner through a port and call hooks, never the reverse.',
  },
  providers: {
    imports: ['platform', 'audit', 'jobs', 'access', 'plugins'],
    why: 'A model is called with a prepared request; where its text came from is not its business.',
  },
  registry: {
    imports: ['platform', 'audit', 'jobs', 'access', 'plugins'],
    why: 'Prompts are stored and resolved without a model or a reader in sight.',
  },
  delivery: {
    imports: ['platform', 'audit', 'access', 'registry'],
    why: 'It hears of changes through the outbox and calls nothing that could slow a read.',
  },
  optimizer: {
    imports: ['platform', 'audit', 'jobs', 'access', 'plugins', 'providers', 'registry'],
    why: 'It uses what the others offer and nothing depends on it.',
  },
  ops: {
    imports: ['platform', 'jobs'],
    why: 'Features contribute their health indicators; ops never imports a feature.',
  },
};

const frontDoor = ['^src/[^/]+/index\\.ts$', '^src/platform/[^/]+/index\\.ts$'];
/** What anybody can check of an area's answers without a server: the one thing the CLI shares. */
const verificationDoor = '^src/[^/]+/verification\\.ts$';
const sharedWithCli = [verificationDoor, '^src/platform/crypto/index\\.ts$'];
const testFile = '\\.(test|fake)\\.ts$';
const layers =
  '\\.(module|controller|service|repository|rows|dto|adapter|guard|filter|decorator)(\\.test)?\\.ts$';
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(areas).map(([area, { imports, why }]) => ({
      name: `area-${area}`,
      comment: why,
      severity: 'error',
      from: { path: `^src/${area}/` },
      to: { path: '^src/', pathNot: [area, ...imports].map((name) => `^src/${name}/`) },
    })),
    {
      name: 'known-areas',
      comment: 'An area without a line in the table above would be free to import anything.',
      severity: 'error',
      from: {
        path: '^src/[^/]+/',
        pathNot: [...Object.keys(areas), 'cli'].map((name) => `^src/${name}/`),
      },
      to: {},
    },
    {
      name: 'front-door',
      comment: 'What an area offers is its index.ts; the rest can change without asking anybody.',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', ...frontDoor, verificationDoor] },
    },
    {
      name: 'front-door-platform',
      comment: "Platform's folders are areas to each other, or it becomes one lump.",
      severity: 'error',
      from: { path: '^src/platform/([^/]+)/' },
      to: { path: '^src/platform/[^/]+/', pathNot: ['^src/platform/$1/', ...frontDoor] },
    },
    {
      name: 'front-door-roots',
      comment: 'Composition roots put areas together; what is inside an area is not theirs.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$', pathNot: '^src/cli\\.ts$' },
      to: { path: '^src/[^/]+/', pathNot: frontDoor },
    },
    {
      name: 'cli-alone',
      comment:
        'The CLI is a client: it speaks HTTP and starts without loading the server. What it verifies ' +
        'it must verify as the server does, so that code alone is shared.',
      severity: 'error',
      from: { path: '^src/cli(/|\\.ts$)' },
      to: { path: '^src/', pathNot: ['^src/cli/', ...sharedWithCli] },
    },
    {
      name: 'verification-stays-pure',
      comment:
        'Whoever verifies offline loads no framework and no database, however far it reaches.',
      severity: 'error',
      from: { path: sharedWithCli },
      to: { path: packages('@nestjs', 'typeorm', 'class-validator', '@?fastify'), reachable: true },
    },
    {
      name: 'no-cycle',
      comment: 'In a cycle no part can be understood, tested or loaded before the others.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-domain',
      comment:
        'Content, contracts, templates, diffs, the rules of versions and labels, of what is verified and of trust, ' +
        'and the wire formats of providers are plain functions: property-tested ' +
        'without a framework, and the same wherever they are called from.',
      severity: 'error',
      from: {
        path: [
          '^src/registry/(content|contract|rendering|diff)/',
          '^src/registry/versions/(semver|semver-sort|bump|selector|verify-version)\\.ts$',
          '^src/registry/(protection/(protection-verdict|soak|label-rules)|labels/roll-back)\\.ts$',
          '^src/audit/trail/',
          '^src/plugins/(package|signatures)/',
          '^src/providers/adapters/',
          '^src/plugins/approvals/trust-of\\.ts$',
        ],
        pathNot: layers,
      },
      to: {
        path: [
          packages(
            '@nestjs',
            'typeorm',
            'class-validator',
            'class-transformer',
            '@?fastify',
            'rxjs',
          ),
          layers,
        ],
      },
    },
    {
      name: 'engine-in-one-file',
      comment:
        'SECURITY: isolated-vm can crash the process that loads it. One file of the runner knows it, and ' +
        'another engine could take its place there.',
      severity: 'error',
      from: {
        path: '^(src|migrations|load)/',
        pathNot: '^src/plugins/runner/inside/guest-isolate\\.ts$',
      },
      to: { path: packages('isolated-vm') },
    },
    {
      name: 'runner-is-a-program',
      comment:
        'SECURITY: what is inside the runner process is started and never imported, or the server would ' +
        'load isolated-vm with it. What is pure may be tested where it is.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/plugins/runner/inside/' },
      to: { path: '^src/plugins/runner/inside/' },
    },
    {
      name: 'runner-reads-itself',
      comment:
        'SECURITY: the runner process may read no file outside of its folder, not even ours.',
      severity: 'error',
      from: { path: '^src/plugins/runner/(inside|channel)/' },
      to: { path: '^src/', pathNot: '^src/plugins/runner/' },
    },
    {
      name: 'guest-imports-nothing',
      comment:
        'SECURITY: it runs in the isolate, where there is nothing but what is in its folder, and where ' +
        'a plugin may have replaced everything else.',
      severity: 'error',
      from: { path: '^src/plugins/runner/guest/', pathNot: testFile },
      to: { pathNot: '^src/plugins/runner/guest/' },
    },
    {
      name: 'typeorm-in-repositories',
      comment:
        'SECURITY: queries are built in repositories only, where the project scope is applied.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['\\.(rows|repository)(\\.test)?\\.ts$', '^src/platform/database/'],
      },
      to: { path: packages('typeorm', '@nestjs/typeorm') },
    },
    {
      name: 'migrations-stand-still',
      comment: 'A migration must do the same in a year, whatever became of the areas by then.',
      severity: 'error',
      from: { path: '^migrations/', pathNot: testFile },
      to: { pathNot: ['^migrations/', '^src/platform/database/', packages('typeorm')] },
    },
    {
      name: 'no-tests-in-the-product',
      comment: 'What ships must not need what does not ship.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: testFile },
      to: { path: testFile },
    },
    {
      name: 'unit-tests-stay-small',
      comment: 'A test beside the code runs without a database or the support for one.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|load)/' },
    },
    {
      name: 'load-stays-outside',
      comment:
        'What is measured is the built program over HTTP, as its users have it; a harness that ' +
        'imported it would measure itself too.',
      severity: 'error',
      from: { path: '^load/' },
      to: { path: '^(src|migrations)/' },
    },
    {
      name: 'no-dev-dependency',
      comment: 'Development packages are not in the container image.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: testFile },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere is one that no rule above has seen.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types are knowledge too: an import that is erased later still ties two areas together.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
