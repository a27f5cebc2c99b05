import fc from 'fast-check';
import { hostileText, hostileValue } from './hostile-values.js';

type Mutation =
  | { readonly kind: 'replace'; readonly place: number; readonly value: unknown }
  | { readonly kind: 'remove'; readonly place: number }
  | { readonly kind: 'add'; readonly place: number; readonly key: string; readonly value: unknown };

const place = fc.nat(1000);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('replace' as const), place, value: hostileValue }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), place }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      place,
      key: hostileText,
      value: hostileValue,
    }),
  },
);

/** JSON values like those of `valid`, with one to three places changed, removed or added. */
export function mutated(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 });
  return fc.tuple(valid, mutations).map(([value, changes]) => changes.reduce(mutate, value));
}

function mutate(value: unknown, change: Mutation): unknown {
  let left = change.place % countNodes(value);
  // Walks the tree in the order that `countNodes` counts in, until nothing is left to pass over.
  const walk = (node: unknown): unknown => {
    if (left === 0) {
      left -= 1;
      return changed(node, change);
    }
    left -= 1;
    if (Array.isArray(node)) return node.map(walk).filter((item) => item !== removed);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node)
        .map(([key, child]) => [key, walk(child)] as const)
        .filter(([, child]) => child !== removed),
    );
  };
  const result = walk(value);
  return result === removed ? null : result;
}

const removed = Symbol('removed');

function changed(node: unknown, change: Mutation): unknown {
  switch (change.kind) {
    case 'replace':
      return change.value;
    case 'remove':
      return removed;
    case 'add':
      if (Array.isArray(node)) return [...(node as unknown[]), change.value];
      if (typeof node !== 'object' || node === null) return { [change.key]: change.value };
      return Object.fromEntries([...Object.entries(node), [change.key, change.value]]);
  }
}

function countNodes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, child) => sum + countNodes(child), 1);
}
