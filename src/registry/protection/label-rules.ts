import { validationFailed } from '../../platform/errors/index.js';
import { isLabelName } from '../labels/label-name.js';
import type { LabelRules, Mover, SoakRule } from './label-policy.js';

/** The rules as they arrive, each field valid by itself. */
export interface LabelRulesFields {
  readonly movers: readonly Mover[];
  readonly approvals?: number;
  readonly requireExpected?: boolean;
  readonly soakLabel?: string | null;
  readonly soakSeconds?: number | null;
}

/** @throws validation-failed when the fields do not go together */
export function parseLabelRules(label: string, fields: LabelRulesFields): LabelRules {
  return {
    // Sorted, so that the same rules have one digest.
    movers: [...fields.movers].sort(),
    approvals: fields.approvals ?? 0,
    requiresExpected: fields.requireExpected ?? false,
    soak: parseSoak(label, fields.soakLabel ?? null, fields.soakSeconds ?? null),
  };
}

function parseSoak(
  label: string,
  soakLabel: string | null,
  seconds: number | null,
): SoakRule | null {
  if (soakLabel === null && seconds === null) return null;
  if (soakLabel === null) {
    throw invalid(
      '/soakLabel',
      'needs-label',
      'goes with soakSeconds: name the label to soak under',
    );
  }
  if (seconds === null) {
    throw invalid('/soakSeconds', 'needs-duration', 'goes with soakLabel: say for how long');
  }
  if (!isLabelName(soakLabel)) {
    throw invalid('/soakLabel', 'invalid-label', 'must be the name of a label, such as staging');
  }
  if (soakLabel === label) {
    throw invalid('/soakLabel', 'same-label', 'must be another label than the protected one');
  }
  return { label: soakLabel, durationMs: seconds * 1000 };
}

function invalid(pointer: string, code: string, detail: string) {
  return validationFailed('The policy of the label is not valid.', {
    errors: [{ pointer, code, detail }],
  });
}
