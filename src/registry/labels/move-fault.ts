import { Problem } from '../../platform/errors/index.js';

/** The part of a move that each problem is about; any other problem is about the whole request. */
const faultyField: Readonly<Record<string, string>> = {
  'not-found': 'prompt',
  'prompt-archived': 'prompt',
  forbidden: 'label',
  'label-protected': 'label',
  'plugin-denied': 'label',
  'unknown-selector': 'version',
  'version-yanked': 'version',
  'version-purged': 'version',
  'soak-incomplete': 'version',
  'label-conflict': 'expectedVersion',
  'expected-version-required': 'expectedVersion',
};

/** Does one step of the move at `index`; a problem with it says at which move and which field. */
export async function atMove<T>(index: number, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const field = error instanceof Problem ? faultyField[error.code] : undefined;
    if (!(error instanceof Problem) || field === undefined) throw error;
    const { definition, code, message: detail, members, headers } = error;
    const errors = [{ pointer: `/moves/${index}/${field}`, code, detail }];
    throw new Problem(definition, detail, { errors, members, headers, cause: error });
  }
}
