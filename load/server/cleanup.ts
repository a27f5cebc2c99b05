import { join } from 'node:path';
import {
  makeThrowawayDirectory,
  startThrowawayServer,
  stopThrowawayServers,
} from '../../test/support/throwaway-server.js';

/*
 * What a run started is gone when it ends. A keeper process of its own removes directories and
 * database servers however that is; other processes are ended by `processes.ts`, unless this one is
 * killed with SIGKILL, about which nobody is asked.
 */

let directories = 0;
let root: Promise<string> | undefined;

/** A new directory that is removed at the end of the run. */
export async function workDirectory(name: string): Promise<string> {
  root ??= makeRoot();
  directories += 1;
  return join(await root, `${directories}-${name}`);
}

async function makeRoot(): Promise<string> {
  const { path } = makeThrowawayDirectory('load');
  await startThrowawayServer({ directory: path, commands: [], readyText: '' });
  return path;
}

/** Stops the servers and removes the directories. */
export async function cleanUp(): Promise<void> {
  await stopThrowawayServers();
  root = undefined;
}
