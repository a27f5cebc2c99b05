import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { builtProgram } from '../../test/support/built-program.js';

const dist = join(import.meta.dirname, '..', '..', 'dist');
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
