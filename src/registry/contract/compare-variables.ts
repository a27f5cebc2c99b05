import { type Variable } from '../content/content.js';
import { compareVariableType } from './compare-variable-type.js';
import { type ContractChange, major, minor, patch } from './contract-change.js';
import { matchByName } from './match-by-name.js';
import { sameJson } from './same-json.js';

/**
 * Callers write variables, so whatever they could send before must still be accepted: a change
 * that refuses an input which was valid is major, one that accepts more is minor.
 */
export function compareVariables(
  base: readonly Variable[],
  next: readonly Variable[],
): ContractChange[] {
  const { added, removed, kept } = matchByName(base, next);
  return [
    ...removed.map(({ item, index }) => compareRemoved(item, `/variables/${index}`)),
    ...added.map(({ item, index }) => compareAdded(item, `/variables/${index}`)),
    ...kept.flatMap(({ from, to, index }) => compareKept(from, to, `/variables/${index}`)),
  ];
}

/** A variable with a default is optional whatever `required` says. */
function isRequired({ required, default: value }: Variable): boolean {
  return value === undefined && required !== false;
}

function compareRemoved({ name }: Variable, path: string): ContractChange {
  const detail = `Variable "${name}" was removed, so a render that sends it is refused.`;
  return major('variable-removed', path, detail);
}

function compareAdded(variable: Variable, path: string): ContractChange {
  return isRequired(variable)
    ? major('variable-added-required', path, `Variable "${variable.name}" is new and required.`)
    : minor('variable-added-optional', path, `Variable "${variable.name}" is new and optional.`);
}

function compareKept(from: Variable, to: Variable, path: string): ContractChange[] {
  return [
    ...compareVariableType(from, to, path),
    ...compareNeed(from, to, path),
    ...compareDescription(from, to, path),
  ];
}

function compareNeed(from: Variable, to: Variable, path: string): ContractChange[] {
  if (from.default !== undefined || to.default !== undefined) {
    return compareDefault(from, to, `${path}/default`);
  }
  if (isRequired(from) === isRequired(to)) return [];
  const change = isRequired(to)
    ? major('variable-now-required', `${path}/required`, `Variable "${to.name}" is now required.`)
    : minor('variable-now-optional', `${path}/required`, `Variable "${to.name}" is now optional.`);
  return [change];
}

function compareDefault(from: Variable, to: Variable, path: string): ContractChange[] {
  const variable = `variable "${to.name}"`;
  if (sameJson(from.default, to.default)) return [];
  if (from.default === undefined) {
    return [minor('variable-default-added', path, `There is now a default of ${variable}.`)];
  }
  if (to.default !== undefined) {
    return [minor('variable-default-changed', path, `The default of ${variable} changed.`)];
  }
  const removed = `The default of ${variable} was removed`;
  const change = isRequired(to)
    ? major('variable-default-removed', path, `${removed}, so it is now required.`)
    : minor('variable-default-removed', path, `${removed}; it is still optional.`);
  return [change];
}

function compareDescription(from: Variable, to: Variable, path: string): ContractChange[] {
  if (from.description === to.description) return [];
  const detail = `The description of variable "${to.name}" changed.`;
  return [patch('variable-description-changed', `${path}/description`, detail)];
}
