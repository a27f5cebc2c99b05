import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { envExample } from './env-example.js';

describe('.env.example', () => {
  it('is what `npm run generate` writes', () => {
    const file = join(import.meta.dirname, '..', '..', '..', '.env.example');
    expect(readFileSync(file, 'utf8')).toBe(envExample());
  });
});
