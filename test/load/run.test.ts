import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..', '..');

it.each(['5', '0s', '500ms', '5 s', ''])(
  'a run takes no duration of %j, and says what it takes before anything is started',
  (duration) => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        ...['--import', './test/support/resolve-typescript.ts', 'load/run.ts'],
        ...['cache', '--duration', duration],
      ],
      { cwd: repository, env: { PATH: process.env.PATH }, encoding: 'utf8' },
    );
    expect(stderr).toBe(
      `--duration takes a time with its unit, such as 30s or 10m, not "${duration}"\n`,
    );
    expect(status).toBe(2);
  },
);
