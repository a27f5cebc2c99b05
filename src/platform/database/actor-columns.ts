import type { Actor } from '../authorization/index.js';

/** The three columns `<prefix>Kind`, `<prefix>Id` and `<prefix>Name` that keep who did something. */
export type ActorColumns<Prefix extends string> = Record<
  `${Prefix}Kind` | `${Prefix}Name`,
  string
> &
  Record<`${Prefix}Id`, string | null>;

export function actorColumns<Prefix extends string>(
  prefix: Prefix,
  actor: Actor,
): ActorColumns<Prefix> {
  return {
    [`${prefix}Kind`]: actor.kind,
    [`${prefix}Id`]: actor.id,
    [`${prefix}Name`]: actor.name,
  } as ActorColumns<Prefix>;
}

export function actorFrom<Prefix extends string>(row: ActorColumns<Prefix>, prefix: Prefix): Actor {
  const columns: Readonly<Record<string, string | null>> = row;
  return {
    kind: columns[`${prefix}Kind`] as Actor['kind'],
    id: columns[`${prefix}Id`] ?? null,
    name: columns[`${prefix}Name`] ?? '',
  };
}
