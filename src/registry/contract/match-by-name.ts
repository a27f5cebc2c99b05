interface Named {
  readonly name: string;
}

export interface NameMatch<T> {
  /** `index` is the place in `next`. */
  readonly added: readonly { readonly item: T; readonly index: number }[];
  /** `index` is the place in `base`. */
  readonly removed: readonly { readonly item: T; readonly index: number }[];
  /** `index` is the place in `next`. */
  readonly kept: readonly { readonly from: T; readonly to: T; readonly index: number }[];
}

/** Pairs the members of two lists by name; names are unique in each list, and order does not count. */
export function matchByName<T extends Named>(base: readonly T[], next: readonly T[]): NameMatch<T> {
  const before = new Map(base.map((item) => [item.name, item]));
  const after = new Set(next.map(({ name }) => name));
  const removed = base
    .map((item, index) => ({ item, index }))
    .filter(({ item }) => !after.has(item.name));
  const added: { item: T; index: number }[] = [];
  const kept: { from: T; to: T; index: number }[] = [];
  for (const [index, to] of next.entries()) {
    const from = before.get(to.name);
    if (from) kept.push({ from, to, index });
    else added.push({ item: to, index });
  }
  return { added, removed, kept };
}
