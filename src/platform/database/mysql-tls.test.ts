import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDatabaseUrl } from './dialect.js';
import { mysqlTls } from './mysql-tls.js';

const url = (parameters = '') => `mysql://user:password@db.example/promptd${parameters}`;

describe('TLS to MySQL and MariaDB', () => {
  it.each([
    ['', undefined],
    ['?ssl-mode=DISABLED', undefined],
    ['?ssl-mode=REQUIRED', { rejectUnauthorized: false }],
    ['?ssl-mode=VERIFY_CA', { rejectUnauthorized: true }],
    ['?ssl-mode=VERIFY_IDENTITY', { rejectUnauthorized: true, verifyIdentity: true }],
  ])('is asked for as the mysql client does: %s', (parameters, expected) => {
    expect(mysqlTls(url(parameters))).toEqual(expected);
  });

  it('believes the authority in a file', () => {
    const directory = mkdtempSync(join(tmpdir(), 'promptd-ca-'));
    const path = join(directory, 'ca.pem');
    writeFileSync(path, 'a certificate');

    expect(mysqlTls(url(`?ssl-mode=VERIFY_CA&ssl-ca=${path}`))?.ca).toBe('a certificate');
    rmSync(directory, { recursive: true });
    expect(() => mysqlTls(url(`?ssl-mode=VERIFY_CA&ssl-ca=${path}`))).toThrow(/ENOENT/);
  });

  it.each(['?ssl-mode=required', '?ssl=true', '?sslmode=require', '?ssl-mode=REQUIRED&x=1'])(
    'is never left out because the URL spells it otherwise: %s',
    (parameters) => {
      expect(parseDatabaseUrl(url(parameters))).toBeUndefined();
      expect(parseDatabaseUrl(url('?ssl-mode=REQUIRED'))).toBeDefined();
    },
  );
});
