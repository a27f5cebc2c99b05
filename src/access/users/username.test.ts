import { newId } from '../../platform/crypto/index.js';
import { isUsername } from './username.js';

describe('usernames', () => {
  it.each(['ada', 'ada.lovelace', 'ci-bot_2', '0', 'a'.repeat(64)])('may be %s', (name) => {
    expect(isUsername(name)).toBe(true);
  });

  it.each(['', 'Ada', 'ada ', 'ada..l', '.ada', 'ada-', 'аda', 'a\u0000', 'a/b', 'a'.repeat(65)])(
    'may not be %j',
    (name) => {
      expect(isUsername(name)).toBe(false);
    },
  );

  it('may not be ids, so that a path means one user', () => {
    expect(isUsername(newId())).toBe(false);
  });
});
