import fc from 'fast-check';
import { keyRingFromSeed, publicKeyOf } from '../../platform/crypto/index.js';
import type { Content } from '../content/content.js';
import { contentDigest } from '../content/content-digest.js';
import { verifiableVersion, type VerifiableVersion, versionFault } from './verify-version.js';
import { signVersion } from './version-signature.js';

const ring = keyRingFromSeed(Buffer.alloc(32, 7));
const keys = [publicKeyOf(ring.version, 'version')];

const anyVersion = fc
  .record({
    project: fc.stringMatching(/^[a-z]{1,9}$/),
    name: fc.stringMatching(/^[a-z]{1,9}(\/[a-z]{1,9})?$/),
    version: fc.stringMatching(/^\d\.\d\.\d$/),
    ordinal: fc.integer({ min: 1 }),
    text: fc.string({ unit: 'grapheme', minLength: 1 }),
  })
  .map(({ text, ...facts }): VerifiableVersion => {
    const content: Content = { kind: 'text', text };
    const lock = [{ ref: 'safety@1.0.0', digest: `sha256:${'a'.repeat(64)}` }];
    const signed = { ...facts, digest: contentDigest(content, lock) };
    return { ...signed, content, lock, signature: signVersion(signed, ring.version) };
  });

/** The text with one bit of one byte changed, wherever that leads. */
function flipped(text: string, at: number, bit: number): string {
  const bytes = Buffer.from(text);
  bytes[at % bytes.length]! ^= 1 << bit;
  return bytes.toString('latin1');
}

describe('a version', () => {
  it('is as it was published, whatever it holds', () => {
    fc.assert(
      fc.property(anyVersion, (version) => {
        const read = verifiableVersion(JSON.parse(JSON.stringify({ ...version, changelog: 'x' })));
        expect(read && versionFault(read, keys)).toBeUndefined();
        expect(read).toMatchObject(version);
      }),
    );
  });

  const place = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 6 }));

  it.each(['project', 'name', 'version', 'digest'] as const)(
    'is not once a bit of its %s is another',
    (member) => {
      fc.assert(
        fc.property(anyVersion, place, (version, [at, bit]) => {
          const changed = { ...version, [member]: flipped(version[member], at, bit) };
          expect(versionFault(changed, keys)).toBe(
            member === 'digest' ? 'digest-mismatch' : 'bad-signature',
          );
        }),
      );
    },
  );

  it('is not once its ordinal is another', () => {
    fc.assert(
      fc.property(anyVersion, fc.integer(), (version, ordinal) => {
        fc.pre(ordinal !== version.ordinal);
        expect(versionFault({ ...version, ordinal }, keys)).toBe('bad-signature');
      }),
    );
  });

  it('is not once a bit of its signature is another', () => {
    fc.assert(
      fc.property(anyVersion, place, (version, [at, bit]) => {
        const bytes = Buffer.from(version.signature.value, 'base64');
        bytes[at % bytes.length]! ^= 1 << bit;
        const signature = { ...version.signature, value: bytes.toString('base64') };
        expect(versionFault({ ...version, signature }, keys)).toBe('bad-signature');
      }),
    );
  });

  it('is not once its content or its lock is another', () => {
    fc.assert(
      fc.property(anyVersion, fc.string(), (version, text) => {
        fc.pre(version.content.kind === 'text' && text !== version.content.text);
        const content: Content = { kind: 'text', text };
        expect(versionFault({ ...version, content }, keys)).toBe('digest-mismatch');
        expect(versionFault({ ...version, lock: [] }, keys)).toBe('digest-mismatch');
        const member = { ...version.content, ['__proto__']: text };
        expect(versionFault({ ...version, content: member }, keys)).toBe('digest-mismatch');
        // Whoever computes the digest anew cannot sign it.
        const digest = contentDigest(content, version.lock);
        expect(versionFault({ ...version, content, digest }, keys)).toBe('bad-signature');
      }),
    );
  });

  it('is not by a key of another instance or of another purpose', () => {
    const [version] = fc.sample(anyVersion, 1);
    const other = keyRingFromSeed(Buffer.alloc(32, 8)).version;
    const signature = signVersion(version!, other);
    expect(versionFault({ ...version!, signature }, keys)).toBe('unknown-key');
    const checkpoint = signVersion(version!, ring['audit-checkpoint']);
    const all = [...keys, publicKeyOf(ring['audit-checkpoint'], 'audit-checkpoint')];
    expect(versionFault({ ...version!, signature: checkpoint }, all)).toBe('wrong-purpose');
  });

  it('has no digest when its content has no canonical text', () => {
    const [version] = fc.sample(anyVersion, 1);
    let deep: unknown = 'x';
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    for (const text of ['\ud800', Infinity, deep]) {
      const content = { kind: 'text', text } as Content;
      expect(versionFault({ ...version!, content }, keys)).toBe('digest-mismatch');
    }
  });
});

describe('what is no version', () => {
  const [whole] = fc.sample(anyVersion, 1);

  it.each([null, 7, 'x', [], {}, [whole]])('is not read as one: %j', (body) => {
    expect(verifiableVersion(body)).toBeUndefined();
  });

  it.each([
    ['project', 7],
    ['name', null],
    ['version', '\udfff'],
    ['digest', undefined],
    ['ordinal', '1'],
    ['ordinal', 1.5],
    ['content', undefined],
    ['lock', undefined],
    ['signature', undefined],
    ['signature', { ...whole!.signature, alg: 'none' }],
    ['signature', { ...whole!.signature, value: 7 }],
    ['signature', { ...whole!.signature, keyId: null }],
    ['signature', { ...whole!.signature, keyId: `\u001b[2K${'a'.repeat(39)}` }],
  ])('is not read as one with the %s %j', (member, value) => {
    expect(verifiableVersion({ ...whole, [member]: value })).toBeUndefined();
  });
});
