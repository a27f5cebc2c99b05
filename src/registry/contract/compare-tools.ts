import { type Tool } from '../content/content.js';
import { type ContractChange, major, minor, patch } from './contract-change.js';
import { matchByName } from './match-by-name.js';
import { sameJson } from './same-json.js';

/** Callers run the tools, so one more is an offer while one less, or other arguments, can break. */
export function compareTools(base: readonly Tool[], next: readonly Tool[]): ContractChange[] {
  const { added, removed, kept } = matchByName(base, next);
  return [
    ...removed.map(({ item, index }) =>
      major('tool-removed', `/tools/${index}`, `Tool "${item.name}" was removed.`),
    ),
    ...added.map(({ item, index }) =>
      minor('tool-added', `/tools/${index}`, `Tool "${item.name}" is new.`),
    ),
    ...kept.flatMap(({ from, to, index }) => compareKept(from, to, `/tools/${index}`)),
  ];
}

function compareKept(from: Tool, to: Tool, path: string): ContractChange[] {
  const changes: ContractChange[] = [];
  if (!sameJson(from.parameters, to.parameters)) {
    const detail = `The parameters of tool "${to.name}" changed.`;
    changes.push(major('tool-parameters-changed', `${path}/parameters`, detail));
  }
  if (from.description !== to.description) {
    const detail = `The description of tool "${to.name}" changed.`;
    changes.push(patch('tool-description-changed', `${path}/description`, detail));
  }
  return changes;
}
