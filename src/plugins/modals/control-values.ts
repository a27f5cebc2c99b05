import { type FieldError, validationFailed } from '../../platform/errors/index.js';
import type { Control } from '../package/control.js';

export type ControlValue = string | boolean;

/** What a user has put into the controls so far, by their names: what an action gets by default. */
export function valuesOf(controls: readonly Control[]): Readonly<Record<string, ControlValue>> {
  const values = controls.flatMap((control) =>
    'value' in control ? [[control.name, control.value] as const] : [],
  );
  return Object.fromEntries(values);
}

/**
 * The controls with values that a user put into them.
 *
 * @throws validation-failed for a control that is not there or takes no such value
 */
export function withValues(
  controls: readonly Control[],
  values: Readonly<Record<string, unknown>>,
): readonly Control[] {
  const given = new Map(Object.entries(values));
  const errors = [...given].flatMap(([name, value]) => {
    const control = controls.find((one) => one.name === name);
    const detail = control ? misfit(control, value) : 'is no control of the session';
    return detail === undefined ? [] : [fault(name, detail)];
  });
  if (errors.length > 0) {
    throw validationFailed('Some values do not fit their controls; see errors.', {
      errors: errors.slice(0, 50),
    });
  }
  return controls.map((control) =>
    given.has(control.name) ? ({ ...control, value: given.get(control.name) } as Control) : control,
  );
}

const maxTextLength = 4_000;
const maxTextareaLength = 65_536;

/** Why a control cannot have the value; undefined when it can. */
function misfit(control: Control, value: unknown): string | undefined {
  switch (control.type) {
    case 'checkbox':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'dropdown':
      return control.options.some((option) => option.value === value)
        ? undefined
        : 'must be the value of one of the options';
    case 'text':
    case 'textarea': {
      const most = control.type === 'text' ? maxTextLength : maxTextareaLength;
      const maxLength = Math.min(control.maxLength ?? most, most);
      const isGood = typeof value === 'string' && Array.from(value).length <= maxLength;
      return isGood ? undefined : `must be text of at most ${maxLength} characters`;
    }
    default:
      return 'takes no value';
  }
}

function fault(name: string, detail: string): FieldError {
  const step = name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
  return { pointer: `/values/${step}`, code: 'invalid-value', detail };
}
