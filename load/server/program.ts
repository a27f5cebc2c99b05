import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtProgram } from '../../test/support/built-program.js';

const dist = join(import.meta.dirname, '..', '..', 'dist');
const packageFile = join(import.meta.dirname, '..', '..', 'package.json');
let directory: string | undefined;

/** Takes what is in `dist`, whatever sources it was made of. */
export function useDist(): void {
  if (!existsSync(join(dist, 'src', 'main.js'))) {
    throw new Error('there is no dist/src/main.js: run npm run build, or leave out --no-build');
  }
  directory = dist;
}

/** Where the program is, built with `nest build` when the sources changed since the last time. */
export function programDirectory(): string {
  return (directory ??= builtProgram());
}

/** What Node is told when users start it, so that what is measured is what they get. */
export function startFlags(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(packageFile, 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  return (scripts['start:built'] ?? '').split(' ').filter((word) => word.startsWith('--'));
}
