import { validationFailed } from '../../platform/errors/index.js';
import { parseLabelName } from './label-name.js';

/**
 * The labels of moves that are made together: each has a name, and each of a prompt is named once.
 *
 * @throws validation-failed at `/moves/<index>/label`
 */
export function refuseBadLabels(
  moves: readonly { readonly prompt: string; readonly label: string }[],
): void {
  const seen = new Map<string, number>();
  for (const [index, { prompt, label }] of moves.entries()) {
    const pointer = `/moves/${index}/label`;
    parseLabelName(label, pointer);
    const earlier = seen.get(`${prompt}@${label}`);
    if (earlier !== undefined) {
      const detail = `move ${earlier} moves ${prompt}@${label} already: name each label once`;
      throw validationFailed('A label moves once.', {
        errors: [{ pointer, code: 'duplicate-move', detail }],
      });
    }
    seen.set(`${prompt}@${label}`, index);
  }
}
