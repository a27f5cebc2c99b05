import { createReadStream } from 'node:fs';
import { CliError } from '../cli-error.js';

/** @throws CliError when the file cannot be read */
export async function* linesOfFile(path: string): AsyncGenerator<string, void, undefined> {
  const pieces = createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>;
  try {
    yield* linesIn(pieces);
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${String((error as { code?: unknown }).code)}`, {
      cause: error,
    });
  }
}

/**
 * Puts lines together from pieces of text, however it was cut. Only a line feed ends one: node's
 * readline takes U+2028 for an end too, which JSON texts may hold.
 */
export async function* linesIn(
  pieces: AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
