import { serialize } from 'node:v8';
import type { Version } from './version.js';
import { versionBody } from './version-body.js';

const version = {
  version: '1.0.0',
  ordinal: 1,
  digest: 'sha256:0',
  createdAtMs: 0,
} as Version;

test.each(['plain', 'é', '日本語', '😀'])(
  'a body with %s is ASCII, means the same, and takes a byte of memory for each character',
  (word) => {
    const content = JSON.stringify({ text: word.repeat(1000) });
    const body = versionBody('project', 'name', version, content);

    expect(body).toMatch(/^[\u0000-\u007e]*$/);
    expect(JSON.parse(body)).toMatchObject({ content: JSON.parse(content) as unknown });
    // The serializer writes a text as wide as V8 keeps it.
    expect(serialize(body).length).toBeLessThan(body.length + 20);
  },
);
