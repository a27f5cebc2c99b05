import { canonicalJson } from '../../platform/crypto/index.js';
import { type FieldError } from '../../platform/errors/index.js';
import { isJsonObject } from './content.js';

/** As deep as a request body may be; a value from elsewhere must not go deeper. */
const maxDepth = 64;

/** Says why a value is not a JSON object that can be stored at all; undefined when it can. */
export function jsonObjectError(value: unknown, pointer: string): FieldError | undefined {
  if (!isJsonObject(value)) {
    return { pointer, code: 'wrong-type', detail: 'This must be an object.' };
  }
  if (nestsTooDeep(value)) {
    return { pointer, code: 'too-deep', detail: `This nests deeper than ${maxDepth} levels.` };
  }
  return undefined;
}

/** Says whether a value outgrows its limit; sizes are those of {@link canonicalByteLength}. */
export function sizeError(
  value: unknown,
  pointer: string,
  maxBytes: number,
): FieldError | undefined {
  const size = canonicalByteLength(value);
  if (size <= maxBytes) return undefined;
  const detail = `This has ${size} bytes as canonical JSON; at most ${maxBytes} are allowed.`;
  return { pointer, code: 'too-large', detail };
}

/** The UTF-8 bytes of a value's RFC 8785 text, whatever spaces and escapes it was sent with. */
export function canonicalByteLength(value: unknown): number {
  return Buffer.byteLength(canonicalJson(value));
}

/** Goes level by level, so that no depth can exhaust the stack. */
function nestsTooDeep(value: object): boolean {
  let level: readonly object[] = [value];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > maxDepth) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
