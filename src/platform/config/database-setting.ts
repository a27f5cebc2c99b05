import { type DatabaseAddress, parseDatabaseUrl } from '../database/index.js';
import type { Parsed } from './setting.js';

const serverScheme = /^(postgres|postgresql|mysql|mariadb):\/\//;

/**
 * Reads the address of a database. Of one that is refused it is said which part of it is wrong.
 *
 * @param kinds the addresses that the variable takes
 */
export function databaseUrl(kinds: string): (text: string) => Parsed<DatabaseAddress> {
  return (text) => {
    const value = parseDatabaseUrl(text);
    return value ? { ok: true, value } : { ok: false, expected: expectedOf(text) ?? kinds };
  };
}

/** SECURITY: nothing of the text itself, which may hold a password. */
function expectedOf(text: string): string | undefined {
  if (!serverScheme.test(text)) return undefined;
  if (!URL.canParse(text)) {
    return 'a URL in which each @ : / ? # of the user and the password is percent-encoded';
  }
  return (
    'a mysql URL without parameters other than ssl-ca and ssl-mode, which is DISABLED, REQUIRED, ' +
    'VERIFY_CA or VERIFY_IDENTITY'
  );
}
