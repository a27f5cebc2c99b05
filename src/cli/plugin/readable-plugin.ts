import {
  PluginFault,
  type PluginPackage,
  readPackage,
  readSidecar,
  type Sidecar,
} from '../../plugins/verification.js';
import { CliError } from '../cli-error.js';

/** @throws CliError saying what is wrong with the folder */
export async function readablePackage(directory: string): Promise<PluginPackage> {
  return explained(directory, () => readPackage(directory));
}

/** @throws CliError also when there is none */
export async function readableSidecar(directory: string): Promise<Sidecar> {
  const sidecar = await explained(directory, () => readSidecar(directory));
  if (sidecar) return sidecar;
  throw new CliError(`${directory} is not signed (unsigned): run \`promptd plugin sign\` first`);
}

/** Runs a check and says of which folder a fault is, and its reason as the server names it. */
export async function explained<T>(directory: string, check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof PluginFault)) throw error;
    throw new CliError(`${directory} is refused (${error.reason}): ${error.message}`, {
      cause: error,
    });
  }
}
