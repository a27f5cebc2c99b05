import { type Content } from '../content/content.js';
import { compareOutputSchema } from './compare-output-schema.js';
import { compareTools } from './compare-tools.js';
import { compareVariables } from './compare-variables.js';
import {
  type Bump,
  type ContractChange,
  highestBump,
  major,
  minor,
  patch,
} from './contract-change.js';
import { sameJson } from './same-json.js';

export interface ContractComparison {
  /** The highest bump of the reasons. */
  readonly bump: Bump;
  /** Empty exactly when the two contents are the same JSON. */
  readonly reasons: readonly ContractChange[];
}

/**
 * How far the number of `next` has to be from the number of `base`, for those who depend on the
 * base: they write the variables, read the output and run the tools.
 */
export function requiredBump(base: Content, next: Content): ContractComparison {
  const reasons = [
    ...compareKind(base, next),
    ...compareVariables(base.variables ?? [], next.variables ?? []),
    ...compareOutputSchema(base.outputSchema, next.outputSchema),
    ...compareTools(base.tools ?? [], next.tools ?? []),
    ...compareModel(base, next),
    ...compareWording(base, next),
  ];
  if (reasons.length === 0 && !sameJson(base, next)) {
    reasons.push(
      patch('content-rewritten', '', 'The same contract and text are written otherwise.'),
    );
  }
  return { bump: highestBump(reasons), reasons };
}

function compareKind(base: Content, next: Content): ContractChange[] {
  if (base.kind === next.kind) return [];
  return [major('kind-changed', '/kind', `The kind changed from ${base.kind} to ${next.kind}.`)];
}

function compareModel(base: Content, next: Content): ContractChange[] {
  if (sameJson(base.model, next.model)) return [];
  return [minor('model-changed', '/model', 'The model settings changed.')];
}

/** The names that a template uses are declared as variables, which are compared as such. */
function compareWording(base: Content, next: Content): ContractChange[] {
  if (base.kind === 'text' && next.kind === 'text' && base.text !== next.text) {
    return [patch('text-changed', '/text', 'The text changed.')];
  }
  if (base.kind === 'chat' && next.kind === 'chat' && !sameJson(base.messages, next.messages)) {
    return [patch('messages-changed', '/messages', 'The messages changed.')];
  }
  if (
    base.kind === 'structured' &&
    next.kind === 'structured' &&
    !sameJson(base.sections, next.sections)
  ) {
    return [patch('sections-changed', '/sections', 'The sections changed.')];
  }
  return [];
}
