import { type Variable } from '../content/content.js';
import { type ContractChange, major, minor } from './contract-change.js';

/** Compares the values that the two accept: `type`, and with it `enum` or `maxLength`. */
export function compareVariableType(from: Variable, to: Variable, path: string): ContractChange[] {
  if (from.type === 'enum' && to.type === 'enum') return compareEnum(from, to, `${path}/enum`);
  if (from.type === 'string' && to.type === 'string') {
    return compareMaxLength(from, to, `${path}/maxLength`);
  }
  if (from.type === to.type) return [];
  const change = `Variable "${to.name}" changed from ${from.type} to ${to.type}`;
  return isTypeWidened(from, to)
    ? [
        minor(
          'variable-type-widened',
          `${path}/type`,
          `${change}, which accepts all it did before.`,
        ),
      ]
    : [
        major(
          'variable-type-changed',
          `${path}/type`,
          `${change}, which refuses what it accepted.`,
        ),
      ];
}

/** Any other change of type loses values, or cannot be decided and counts as if it did. */
function isTypeWidened(from: Variable, to: Variable): boolean {
  if (from.type === 'integer') return to.type === 'number';
  if (from.type === 'messages') return to.type === 'array';
  if (from.type !== 'enum' || to.type !== 'string') return false;
  return (from.enum ?? []).every((value) => value.length <= maxLengthOf(to));
}

function compareEnum(from: Variable, to: Variable, path: string): ContractChange[] {
  const before = new Set(from.enum);
  const after = new Set(to.enum);
  const lost = before.difference(after);
  const gained = after.difference(before);
  const changes: ContractChange[] = [];
  if (lost.size > 0) {
    const detail = `Variable "${to.name}" no longer accepts ${quoted(lost)}.`;
    changes.push(major('variable-enum-narrowed', path, detail));
  }
  if (gained.size > 0) {
    const detail = `Variable "${to.name}" now accepts ${quoted(gained)} too.`;
    changes.push(minor('variable-enum-widened', path, detail));
  }
  return changes;
}

const maxQuotedValues = 10;

function quoted(values: ReadonlySet<string>): string {
  const shown = [...values].slice(0, maxQuotedValues).map((value) => JSON.stringify(value));
  const hidden = values.size - shown.length;
  return shown.join(', ') + (hidden > 0 ? ` and ${hidden} more` : '');
}

function compareMaxLength(from: Variable, to: Variable, path: string): ContractChange[] {
  const before = maxLengthOf(from);
  const after = maxLengthOf(to);
  if (after === before) return [];
  const detail = `Variable "${to.name}" accepted ${lengthText(before)}, now ${lengthText(after)}.`;
  return after < before
    ? [major('variable-max-length-narrowed', path, detail)]
    : [minor('variable-max-length-widened', path, detail)];
}

/** In UTF-16 code units. */
function maxLengthOf({ maxLength }: Variable): number {
  return maxLength ?? Infinity;
}

function lengthText(length: number): string {
  return length === Infinity ? 'any length' : `at most ${length} characters`;
}
