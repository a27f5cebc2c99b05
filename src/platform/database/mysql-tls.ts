import { readFileSync } from 'node:fs';

/** What the driver is told about TLS; undefined for a connection in the clear. */
export interface MysqlTls {
  readonly rejectUnauthorized: boolean;
  readonly verifyIdentity?: true;
  readonly ca?: string;
}

const modes = ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'] as const;
const known = ['ssl-mode', 'ssl-ca'];

/**
 * Whether the parameters of a `mysql://` URL are `ssl-mode` and `ssl-ca`, by the names and values of
 * the mysql client, and nothing else. SECURITY: a parameter that would be ignored might be the one
 * that was to encrypt the connection.
 */
export function areMysqlParameters(url: string): boolean {
  const { searchParams } = new URL(url);
  const mode = searchParams.get('ssl-mode') ?? 'DISABLED';
  return (
    [...searchParams.keys()].every((name) => known.includes(name)) &&
    modes.some((candidate) => candidate === mode)
  );
}

/** @throws Error when the file of `ssl-ca` cannot be read */
export function mysqlTls(url: string): MysqlTls | undefined {
  const { searchParams } = new URL(url);
  const mode = searchParams.get('ssl-mode') ?? 'DISABLED';
  if (mode === 'DISABLED') return undefined;
  const path = searchParams.get('ssl-ca');
  return {
    rejectUnauthorized: mode !== 'REQUIRED',
    ...(mode === 'VERIFY_IDENTITY' && { verifyIdentity: true as const }),
    ...(path !== null && { ca: readFileSync(path, 'utf8') }),
  };
}
