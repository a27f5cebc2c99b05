import './test/support/resolve-typescript.ts';
import { databasesUnderTest } from './test/support/databases-under-test.ts';

const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: 'es2024',
  },
  module: { type: 'commonjs' },
};

const shared = {
  testEnvironment: '<rootDir>/test/support/jest/one-realm-environment.ts',
  runtime: '<rootDir>/test/support/jest/shared-program-runtime.ts',
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^promptd:api$': '<rootDir>/plugins/api/testing.js',
  },
};

/** Tests of `test/` by folder; a root is `test/` itself because jest refuses a missing one. */
const folders = (...names) => ({
  roots: ['<rootDir>/test'],
  testMatch: names.map((name) => `<rootDir>/test/${name}/**/*.test.ts`),
});

/** One jest project for what needs no database, and one for each database found or asked for. */
export default {
  // One more than two cores, because tests that wait for processes leave a core idle.
  maxWorkers: 3,
  // What test files load anew is not all given back.
  workerIdleMemoryLimit: '1500MB',
  randomize: true,
  // Starting an application takes a second; on a busy machine of two cores it takes longer.
  testTimeout: 30_000,
  projects: [
    { ...shared, displayName: 'unit', roots: ['<rootDir>/src'], testMatch: ['**/*.test.ts'] },
    {
      ...shared,
      displayName: 'conformance',
      ...folders('architecture', 'conformance', 'contract', 'load', 'plugins', 'support'),
    },
    // Real runner processes, and plugins that attack them; no database.
    { ...shared, displayName: 'sandbox', ...folders('sandbox') },
    ...databasesUnderTest().map((database) => ({
      ...shared,
      displayName: database,
      ...folders('integration', 'e2e', 'migrations'),
      globals: { promptdDatabase: database },
      // Jest runs a setup file once however many projects name it, hence one file per database.
      globalSetup: `<rootDir>/test/support/start-${database}.ts`,
      globalTeardown: '<rootDir>/test/support/stop-databases.ts',
    })),
  ],
};
