import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeeperPlan } from './server-keeper.js';

export interface ThrowawayDirectory {
  readonly path: string;
  /** Set when the tests run as root, whom both database servers refuse. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

const keepers: ChildProcess[] = [];

/** A new directory that belongs to `userName` when root asks, otherwise to whoever runs this. */
export function makeThrowawayDirectory(name: string, userName?: string): ThrowawayDirectory {
  const path = mkdtempSync(join(tmpdir(), `promptd-${name}-`));
  if (userName === undefined || process.getuid?.() !== 0) return { path };
  const user = { uid: readId('-u', userName), gid: readId('-g', userName) };
  chownSync(path, user.uid, user.gid);
  return { path, user };
}

/** A port of 127.0.0.1 that nothing listens on at this moment. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('The probe has no port');
  return address.port;
}

/** Resolves when the server takes connections. What it prints when it does not is on stderr. */
export async function startThrowawayServer(plan: KeeperPlan): Promise<void> {
  const keeper = spawn(
    process.execPath,
    [join(import.meta.dirname, 'server-keeper.ts'), JSON.stringify(plan)],
    // Detached, so that Ctrl-C in a terminal reaches jest alone and the keeper can clean up.
    { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  );
  keepers.push(keeper);
  const [answer] = await Promise.race([once(keeper.stdout, 'data'), once(keeper, 'exit')]);
  if (String(answer) !== 'ready') {
    throw new Error(`${plan.commands.at(-1)?.[0] ?? plan.directory} did not start`);
  }
}

/** Stops every server that this process started and resolves when its directory is gone. */
export async function stopThrowawayServers(): Promise<void> {
  await Promise.all(keepers.splice(0).map(stop));
}

async function stop(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  const exit = once(keeper, 'exit');
  keeper.stdin?.end();
  await exit;
}

function readId(flag: '-u' | '-g', userName: string): number {
  return Number(execFileSync('id', [flag, userName], { encoding: 'utf8' }));
}
