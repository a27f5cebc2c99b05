import { type JsonObject } from '../content/content.js';
import { type ContractChange, major } from './contract-change.js';
import { sameJson } from './same-json.js';

/** Callers read the output. What a change of its schema means is not decided, so it is major. */
export function compareOutputSchema(
  base: JsonObject | undefined,
  next: JsonObject | undefined,
): ContractChange[] {
  if (sameJson(base, next)) return [];
  const path = '/outputSchema';
  if (!base) return [major('output-schema-added', path, 'The output has a schema now.')];
  if (!next) return [major('output-schema-removed', path, 'The output has no schema any more.')];
  return [major('output-schema-changed', path, 'The schema of the output changed.')];
}
