/**
 * A B A B …: one round of each side after the other, so that whatever else the machine does, and
 * however its clock changes, meets all of them. Answers the rounds of each side.
 */
export async function interleave<Side extends string, Result>(
  rounds: number,
  sides: Readonly<Record<Side, (round: number) => Promise<Result>>>,
): Promise<Readonly<Record<Side, readonly Result[]>>> {
  const names = Object.keys(sides) as Side[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<
    Side,
    Result[]
  >;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) results[name].push(await sides[name](round));
  }
  return results;
}

/** Round by round, because neighbours met the same machine. */
export function ratios<Result>(
  ours: readonly Result[],
  theirs: readonly Result[],
  value: (result: Result) => number,
): readonly number[] {
  return ours.map((result, round) => {
    const other = theirs[round];
    if (other === undefined) throw new Error('both sides need the same number of rounds');
    return value(result) / value(other);
  });
}
