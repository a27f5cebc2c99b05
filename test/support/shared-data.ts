import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A folder of the data that some tests use and that is no part of this repository, looked for in
 * `PROMPTD_SHARED` (default `../shared` beside the repository). When it is not there, those tests
 * are skipped with one line on stderr; in CI, or with `PROMPTD_REQUIRE_SHARED=1`, this throws.
 */
export function sharedFolder(name: string): string | undefined {
  const { PROMPTD_SHARED, PROMPTD_REQUIRE_SHARED, CI } = process.env;
  const root = PROMPTD_SHARED ?? join(import.meta.dirname, '..', '..', '..', 'shared');
  const folder = join(root, name);
  if (existsSync(folder)) return folder;

  if (CI === 'true' || PROMPTD_REQUIRE_SHARED === '1') {
    throw new Error(`${folder} not found, and it is required here; set PROMPTD_SHARED`);
  }
  process.stderr.write(`${folder} not found (PROMPTD_SHARED): tests that use it did not run\n`);
  return undefined;
}
