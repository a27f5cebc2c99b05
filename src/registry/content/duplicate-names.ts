import { type FieldError } from '../../platform/errors/index.js';

/** One error at each name that an earlier item of the list has already taken. */
export function duplicateNames(
  items: readonly { readonly name: string }[],
  pointer: string,
): readonly FieldError[] {
  const taken = new Set<string>();
  return items.flatMap(({ name }, index) => {
    if (!taken.has(name)) {
      taken.add(name);
      return [];
    }
    const detail = `The name ${name} is already taken by an earlier item of this list.`;
    return [{ pointer: `${pointer}/${index}/name`, code: 'duplicate-name', detail }];
  });
}
