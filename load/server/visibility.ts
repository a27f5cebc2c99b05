import type { Registry } from './registry.js';

export interface VisibilityPlan {
  readonly changes: number;
  readonly prompt: string;
  readonly label: string;
  /** Makes a change and answers the version that the label names from then on. */
  readonly change: (number: number) => Promise<string>;
  readonly reader: Registry;
  /** So many right answers in a row count as one: behind a balancer, the instances it asks in turn. */
  readonly inARow?: number;
}

/**
 * How long after the answer to a change a reader elsewhere still gets the version before it, in
 * milliseconds for each change: 0 when the very first read is right. The resolution is one read.
 */
export async function measureVisibility(plan: VisibilityPlan): Promise<readonly number[]> {
  const delays: number[] = [];
  for (let change = 0; change < plan.changes; change += 1) {
    delays.push(await staleFor(plan, await plan.change(change)));
  }
  return delays;
}

async function staleFor(plan: VisibilityPlan, version: string): Promise<number> {
  const { reader, prompt, label, inARow = 1 } = plan;
  const from = performance.now();
  let stale = 0;
  for (let right = 0; right < inARow;) {
    const answer = await reader.send('GET', reader.readPath(prompt, label));
    if ((answer.body as { version: string }).version === version) {
      right += 1;
    } else {
      right = 0;
      stale = performance.now() - from;
      if (stale > 30_000) throw new Error('a change was not seen within 30 s');
    }
  }
  return stale;
}

/** Moves a label to and fro between two versions. */
export function togglesLabel(
  writer: Registry,
  prompt: string,
  label: string,
  versions: readonly [string, string],
): (number: number) => Promise<string> {
  return async (number) => {
    const version = versions[(number + 1) % 2] ?? versions[0];
    await writer.moveLabel(prompt, label, version);
    return version;
  };
}
