import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Control } from '../package/control.js';
import { controlFault } from '../package/control-fault.js';
import { controlDefinitions } from '../package/control-schema.js';
import type { ModalDeclaration } from '../package/manifest.js';
import type { ModalView } from './modal-session.js';

const maxStateBytes = 64 * 1024;
const maxControlBytes = 256 * 1024;
const maxControls = 100;

let compiled: ValidateFunction<readonly Control[]> | undefined;

function controlsCheck(): ValidateFunction<readonly Control[]> {
  // SECURITY: stops at the first error; a plugin chooses what is checked here.
  compiled ??= new Ajv2020({ discriminator: true, logger: false, ownProperties: true }).compile({
    type: 'array',
    maxItems: maxControls,
    items: { $ref: '#/$defs/Control' },
    $defs: controlDefinitions,
  });
  return compiled;
}

export interface ModalStepView extends ModalView {
  readonly done: boolean;
}

/** What is wrong with what a plugin would show, as a sentence. */
export class ViewFault extends Error {}

/**
 * What a plugin returned or sent as the view of its session. Nobody draws anything that is not in the
 * closed list of controls.
 *
 * @param mayEnd whether `done` may be among it
 * @throws ViewFault
 */
export function modalView(
  value: unknown,
  { actions }: ModalDeclaration,
  mayEnd: boolean,
): ModalStepView {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ViewFault('A view is an object with state and controls.');
  }
  const { state, controls, done = false, ...others } = value as Readonly<Record<string, unknown>>;
  if (Object.keys(others).length > 0 || (!mayEnd && 'done' in value) || state === undefined) {
    throw new ViewFault(
      `A view has state and controls${mayEnd ? ', may have done,' : ''} and no more.`,
    );
  }
  if (typeof done !== 'boolean') throw new ViewFault('In a view, done is true or false.');
  refuseLarge('state', state, maxStateBytes);
  const isList = controlsCheck();
  if (!isList(controls)) {
    const place = isList.errors?.[0]?.instancePath.slice(0, 200) ?? '';
    throw new ViewFault(`There is no such control at controls${place}.`);
  }
  refuseLarge('controls', controls, maxControlBytes);
  refuseOdd(controls, new Set([...actions.map(({ name }) => name), 'stop']));
  return { state, controls, done };
}

function refuseLarge(what: string, value: unknown, maxBytes: number): void {
  if (Buffer.byteLength(JSON.stringify(value)) <= maxBytes) return;
  throw new ViewFault(`The ${what} of a view may have ${maxBytes} bytes as JSON.`);
}

/** What the schema of one control cannot say. */
function refuseOdd(controls: readonly Control[], actions: ReadonlySet<string>): void {
  const names = new Set(controls.map(({ name }) => name));
  if (names.size < controls.length) throw new ViewFault('Two controls have one name.');
  for (const control of controls) {
    if (control.type === 'button' && !actions.has(control.action)) {
      throw new ViewFault('A button is for an action that the modal does not have.');
    }
    const fault = controlFault(control);
    if (fault !== undefined) throw new ViewFault(fault);
  }
}
