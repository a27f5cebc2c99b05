import { isUtf8 } from 'node:buffer';
import { type JSONPath, type JSONVisitor, visit } from 'jsonc-parser';
import { type Problem, validationFailed } from '../errors/index.js';

export interface JsonLimits {
  /** Deepest nesting of objects and arrays; a bare `[]` has depth 1. */
  readonly maxDepth: number;
}
export const jsonLimits: JsonLimits = { maxDepth: 64 };

const maxExcerptLength = 40;
const maxPointerLength = 200;

/**
 * Parses a JSON text (RFC 8259) and refuses whatever two readers could understand differently or a
 * store could change: invalid UTF-8, a byte order mark, duplicate keys, NUL, lone surrogates,
 * numbers that a double does not keep, `__proto__` keys and deep nesting. What it accepts has one
 * RFC 8785 text with the same meaning. Takes time linear in the input and stops at the first fault.
 *
 * @throws validation-failed with one error, whose pointer is as deep as the fault allows
 */
export function parseStrictJson(input: string | Uint8Array, limits = jsonLimits): unknown {
  const text = typeof input === 'string' ? input : decodeUtf8(input);
  if (text.startsWith('\uFEFF')) {
    throw refusal('byte-order-mark', [], 'The text starts with a byte order mark; leave it out.');
  }
  // The order matters: the visitor bounds the depth of what reaches JSON.parse, and JSON.parse
  // refuses the little that the visitor's tokenizer takes beyond the JSON grammar.
  visit(text, strictVisitor(text, limits), { disallowComments: true });
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw refusal('invalid-json', [], 'The text is not valid JSON.', cause);
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw refusal('invalid-utf8', [], 'The text is not valid UTF-8.');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function strictVisitor(text: string, { maxDepth }: JsonLimits): JSONVisitor {
  const keysOfOpenObjects: Set<string>[] = [];
  let depth = 0;

  // SECURITY: the library recurses once per level, so this also keeps the stack bounded.
  const enter = (path: JSONPath) => {
    depth += 1;
    if (depth > maxDepth) {
      throw refusal('too-deep', path, `The text nests deeper than ${maxDepth} levels.`);
    }
  };
  return {
    onObjectBegin(_offset, _length, _line, _character, path) {
      enter(path());
      keysOfOpenObjects.push(new Set());
    },
    onObjectProperty(key, _offset, _length, _line, _character, path) {
      refuseKey(key, path);
      const keys = keysOfOpenObjects.at(-1);
      if (keys?.has(key)) {
        const detail = `The key ${excerpt(key)} appears twice in this object; send it once.`;
        throw refusal('duplicate-key', [...path(), key], detail);
      }
      keys?.add(key);
    },
    onObjectEnd() {
      depth -= 1;
      keysOfOpenObjects.pop();
    },
    onArrayBegin(_offset, _length, _line, _character, path) {
      enter(path());
    },
    onArrayEnd() {
      depth -= 1;
    },
    onLiteralValue(value: unknown, offset, length, _line, _character, path) {
      if (typeof value === 'string') refuseString(value, path);
      if (typeof value === 'number') refuseNumber(text.slice(offset, offset + length), path);
    },
    onError(_code, _offset, _length, line, character) {
      const place = `line ${line + 1}, column ${character + 1}`;
      throw refusal('invalid-json', [], `The text is not valid JSON at ${place}.`);
    },
  };
}

function refuseKey(key: string, path: () => JSONPath): void {
  // The faulty key itself cannot stand in a pointer, so these point at its object.
  refuseString(key, path);
  // SECURITY: harmless in what JSON.parse returns, but a later copy by assignment sets a prototype.
  if (key === '__proto__') {
    throw refusal('forbidden-key', path(), 'The key "__proto__" is not allowed; rename it.');
  }
}

function refuseString(value: string, path: () => JSONPath): void {
  if (value.includes('\0')) {
    throw refusal('nul-character', path(), 'A key or text here holds the character NUL.');
  }
  if (!value.isWellFormed()) {
    throw refusal('lone-surrogate', path(), 'A key or text here holds half a surrogate pair.');
  }
}

function refuseNumber(source: string, path: () => JSONPath): void {
  if (survivesDouble(source)) return;
  const detail =
    `The number ${excerpt(source)} would change when it is read as a 64-bit float; ` +
    'send it as a string, or with fewer digits.';
  throw refusal('unsafe-number', path(), detail);
}

/**
 * Whether reading a JSON number as a double and printing it again gives the same decimal value.
 * `1.0` and `0.10` do; `12345678901234567890`, `1e400` and `-0` (printed `0` by RFC 8785) do not.
 */
function survivesDouble(source: string): boolean {
  const value = Number(source);
  if (String(value) === source) return true;
  if (!Number.isFinite(value) || Object.is(value, -0)) return false;
  return decimalOf(source) === decimalOf(String(value));
}

/** One spelling for each magnitude: its digits without outer zeros, and a power of ten. */
function decimalOf(source: string): string {
  const [mantissa = '', power = '0'] = source.replace(/^-/, '').toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  if (end === 0) return '0';
  return `${digits.slice(0, end)}e${Number(power) - fraction.length + digits.length - end}`;
}

function refusal(code: string, path: JSONPath, detail: string, cause?: unknown): Problem {
  const errors = [{ pointer: pointerTo(path), code, detail }];
  return validationFailed('The JSON text was refused; errors says where and why.', {
    errors,
    cause,
  });
}

/** The JSON Pointer (RFC 6901) of a path, or of its deepest ancestor that is short enough. */
function pointerTo(path: JSONPath): string {
  let pointer = '';
  for (const segment of path) {
    const step = `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (pointer.length + step.length > maxPointerLength) break;
    pointer += step;
  }
  return pointer;
}

function excerpt(text: string): string {
  const short = text.length > maxExcerptLength ? `${text.slice(0, maxExcerptLength)}…` : text;
  return JSON.stringify(short.toWellFormed());
}
