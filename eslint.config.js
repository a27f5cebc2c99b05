import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Only errors: a rule is kept or it is not a rule. */
export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'data/**', 'coverage/**', 'plugins/*/vendor/**'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 7 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      eqeqeq: 'error',
      'no-console': 'error',
      // Nest modules are classes that carry nothing but a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Numbers read well in a template; objects still do not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { varsIgnorePattern: '^_', argsIgnorePattern: '^_' },
      ],
      // Response classes only describe a shape to OpenAPI; answers are plain objects of that shape.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // It is marked so that it stands out; an http issuer on the loopback address needs it.
      '@typescript-eslint/no-deprecated': [
        'error',
        { allow: [{ from: 'package', package: 'openid-client', name: 'allowInsecureRequests' }] },
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'The environment is read once, in platform/config.',
        },
      ],
    },
  },
  {
    // k6 runs these as they are; `tsc -p tsconfig.k6.json` has checked their types.
    files: ['load/**/*.js'],
    extends: [...tseslint.configs.strict, ...tseslint.configs.stylistic],
    languageOptions: { globals: { __ENV: 'readonly', __VU: 'readonly', __ITER: 'readonly' } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { 'max-lines': ['error', { max: 400 }], eqeqeq: 'error', 'no-undef': 'error' },
  },
  {
    // Plugins run without Node; `tsc -p tsconfig.plugins.json` has checked their types.
    files: ['plugins/**/*.js'],
    extends: [...tseslint.configs.strict, ...tseslint.configs.stylistic],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-undef': 'error',
    },
  },
  {
    // One ambient module in several files, which has nothing to import; state and input are whatever
    // the plugin says they are.
    files: ['plugins/api/*.d.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/triple-slash-reference': 'off',
    },
  },
  {
    // SECURITY: only rows and repositories may speak to TypeORM, so that no query is built elsewhere.
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.rows.ts', 'src/**/*.repository.ts', 'src/platform/database/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'typeorm', message: 'Only rows and repositories know TypeORM.' }] },
      ],
    },
  },
  {
    // SECURITY: a plugin may have replaced whatever these would look up; primordials.ts says how.
    files: ['src/plugins/runner/guest/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      '@typescript-eslint/prefer-for-of': 'off',
      'no-restricted-syntax': [
        'error',
        ...[
          'ForOfStatement',
          'SpreadElement',
          'ArrayPattern',
          'YieldExpression',
          'AwaitExpression',
        ].map((selector) => ({
          selector,
          message: 'It asks for an iterator or a then of the plugin.',
        })),
        {
          selector: 'ClassDeclaration',
          message: 'Fields are assigned, past setters of the plugin.',
        },
      ],
    },
  },
  {
    files: ['src/plugins/runner/guest/*.ts'],
    ignores: ['**/*.test.ts', 'src/plugins/runner/guest/primordials.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          'Array',
          'Error',
          'JSON',
          'Map',
          'Object',
          'Promise',
          'Reflect',
          'Set',
          'String',
          'Symbol',
        ].map((name) => ({
          name,
          message: 'A plugin may have replaced it; primordials.ts has it.',
        })),
      ],
    },
  },
  {
    files: ['src/main.ts', 'src/cli.ts', 'test/**', 'load/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.test.ts', 'test/**'],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.name="defineProblem"]',
          message: 'Test files of one worker share the program: it would stay in the catalogue.',
        },
      ],
      // A response body is unknown JSON; a test states what it expects of it.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  prettier,
);
