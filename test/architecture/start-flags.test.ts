import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
const flagsOf = (text = '') => text.match(/--[\w-]+=\d+/g) ?? [];
const flags = flagsOf(scripts['start:built']);

/** ADR 0040: with other flags an instance takes twice the memory. */
describe('the flags that the server starts with', () => {
  it('are the same however it is started', () => {
    const image = readFileSync(join(root, 'Dockerfile'), 'utf8');

    expect(flagsOf(scripts.start)).toEqual(flags);
    expect(flagsOf(/^CMD (.+)$/m.exec(image)?.[1])).toEqual(flags);
  });

  it('are known to this Node', () => {
    const started = spawnSync(process.execPath, [...flags, '-e', ''], { encoding: 'utf8' });

    expect(flags).toHaveLength(2);
    expect(started).toMatchObject({ status: 0, stderr: '' });
  });
});
