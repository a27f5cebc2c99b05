import {
  type Content,
  type ContentKind,
  type JsonObject,
  type ModelSettings,
  type Tool,
  type Variable,
} from '../content/content.js';
import { matchByName } from '../contract/match-by-name.js';
import { sameJson } from '../contract/same-json.js';

export interface Change<T> {
  readonly from: T;
  readonly to: T;
}

export interface NamedChanges<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly (Change<T> & { readonly name: string })[];
}

/** What differs for callers; a member other than `variables` is there only if it differs. */
export interface ContractDiff {
  readonly variables: NamedChanges<Variable>;
  readonly kind?: Change<ContentKind>;
  readonly outputSchema?: Change<JsonObject | null>;
  readonly tools?: NamedChanges<Tool>;
  readonly model?: Change<ModelSettings | null>;
}

export function contractDiff(from: Content, to: Content): ContractDiff {
  const outputSchema = changeOf(from.outputSchema ?? null, to.outputSchema ?? null);
  const model = changeOf(from.model ?? null, to.model ?? null);
  const kind = changeOf(from.kind, to.kind);
  const tools = namedChanges(from.tools ?? [], to.tools ?? []);
  return {
    variables: namedChanges(from.variables ?? [], to.variables ?? []),
    ...(kind && { kind }),
    ...(outputSchema && { outputSchema }),
    ...(isEmpty(tools) ? {} : { tools }),
    ...(model && { model }),
  };
}

function changeOf<T>(from: T, to: T): Change<T> | undefined {
  return sameJson(from, to) ? undefined : { from, to };
}

function namedChanges<T extends { readonly name: string }>(
  from: readonly T[],
  to: readonly T[],
): NamedChanges<T> {
  const { added, removed, kept } = matchByName(from, to);
  return {
    added: added.map(({ item }) => item),
    removed: removed.map(({ item }) => item),
    changed: kept
      .filter((pair) => !sameJson(pair.from, pair.to))
      .map((pair) => ({ name: pair.to.name, from: pair.from, to: pair.to })),
  };
}

function isEmpty({ added, removed, changed }: NamedChanges<unknown>): boolean {
  return added.length + removed.length + changed.length === 0;
}
