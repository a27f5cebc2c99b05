import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** One line for somebody who has no k6. */
export const howToGetK6 =
  'k6 was not found: `go install go.k6.io/k6@latest` puts it into $(go env GOPATH)/bin, where it is found';

/** On the PATH, or where `go install` puts it. */
export function findK6(): string | undefined {
  const { stdout } = spawnSync('go', ['env', 'GOPATH'], { encoding: 'utf8' });
  const goDirectories = stdout ? [join(stdout.trim(), 'bin')] : [];
  const directories = [...(process.env.PATH ?? '').split(delimiter), ...goDirectories];
  return directories.map((directory) => join(directory, 'k6')).find((file) => existsSync(file));
}
