import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort, makeThrowawayDirectory, startThrowawayServer } from './throwaway-server.js';

const places = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'];

export function findPgbouncer(): string | undefined {
  return places.find((path) => existsSync(path));
}

/** A pooler in transaction mode before the database of this address; answers its own address. */
export async function startPgbouncer(program: string, url: string): Promise<string> {
  const { hostname, port, username } = new URL(url);
  const directory = makeThrowawayDirectory('pgbouncer', 'postgres');
  const pooled = new URL(url);
  pooled.port = String(await findFreePort());
  const settings = join(directory.path, 'pgbouncer.ini');
  writeFileSync(
    settings,
    [
      '[databases]',
      `* = host=${hostname} port=${port} user=${username}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${pooled.port}`,
      'unix_socket_dir =',
      'auth_type = any',
      'pool_mode = transaction',
      'ignore_startup_parameters = statement_timeout,idle_in_transaction_session_timeout',
    ].join('\n'),
    { mode: 0o644 },
  );
  await startThrowawayServer({
    ...(directory.user && { user: directory.user }),
    directory: directory.path,
    commands: [[program, settings]],
    readyText: 'process up',
  });
  return pooled.href;
}
