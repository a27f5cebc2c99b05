import { databasesUnderTest } from './databases-under-test.js';

describe('the databases under test', () => {
  const before = process.env.PROMPTD_TEST_DATABASES;
  afterEach(() => {
    if (before === undefined) delete process.env.PROMPTD_TEST_DATABASES;
    else process.env.PROMPTD_TEST_DATABASES = before;
  });

  it('are the named ones and no others', () => {
    process.env.PROMPTD_TEST_DATABASES = ' sqlite ';
    expect(databasesUnderTest()).toEqual(['sqlite']);
  });

  it('refuses a name that is no database instead of testing less', () => {
    process.env.PROMPTD_TEST_DATABASES = 'sqlite,postgresql';
    expect(() => databasesUnderTest()).toThrow('names "postgresql"');
  });
});
