import { readFile } from 'node:fs/promises';
import { CliError } from '../cli-error.js';

/** @throws CliError when the file cannot be read or holds no JSON */
export async function readJsonFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${String((error as { code?: unknown }).code)}`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CliError(`${path} holds no JSON`, { cause: error });
  }
}
