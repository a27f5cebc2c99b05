import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { clientCore, startNode } from '../server/processes.js';
import type { LoadPlan, LoadResult } from './plan.js';

export type Load = Omit<LoadPlan, 'host' | 'port'> & {
  readonly url: string;
  /** Left to the system's own placing when several servers take the cores. */
  readonly unpinned?: boolean;
};

/** Puts a server under load from a process of its own, on a core of its own where there is one. */
export async function load({ url, unpinned, ...wish }: Load): Promise<LoadResult> {
  const { hostname, port } = new URL(url);
  const plan: LoadPlan = { ...wish, host: hostname, port: Number(port) };
  const child = startNode({
    args: [...sameResolver(), join(import.meta.dirname, 'generate.ts')],
    ...(!unpinned && { core: clientCore }),
  });
  if (!child.stdin || !child.stdout) throw new Error('the generator has no pipes');
  child.stdin.end(JSON.stringify(plan));
  const closed = once(child, 'close');
  const printed = await text(child.stdout);
  const [code] = (await closed) as [number | null];
  if (code !== 0) throw new Error('the load generator failed; what it said is above');
  return JSON.parse(printed) as LoadResult;
}

/** How this process was told to find TypeScript; its children must find it in the same way. */
export function sameResolver(): readonly string[] {
  const hook = join(import.meta.dirname, '..', '..', 'test', 'support', 'resolve-typescript.ts');
  return ['--import', hook];
}
