import { isProjectName } from './project-name.js';

describe('project names', () => {
  it.each(['acme', 'acme.eu', 'team-a_b', '7', 'a'.repeat(100)])('may be %s', (name) => {
    expect(isProjectName(name)).toBe(true);
  });

  it.each(['', 'Acme', 'a b', 'a--b', '-a', 'a/b', '../a', '%2e', 'асme', 'a\n', 'a'.repeat(101)])(
    'may not be %j',
    (name) => {
      expect(isProjectName(name)).toBe(false);
    },
  );
});
