import fc from 'fast-check';
import { trustOf } from '../../src/plugins/approvals/trust-of.js';
import { PluginFault } from '../../src/plugins/package/plugin-fault.js';
import { packageOf } from '../../src/plugins/package/plugin-package.js';
import { parseSidecar } from '../../src/plugins/signatures/parse-sidecar.js';
import { sidecarBytes } from '../../src/plugins/signatures/signed-document.js';
import { PluginKey } from '../support/plugins/plugin-key.js';
import { someFiles } from '../support/plugins/plugin-tree.js';

const name = 'acme.greeter';
const publisher = PluginKey.generate();
const tree: ReadonlyMap<string, Buffer> = new Map(
  Object.entries(someFiles()).map(([path, text]) => [path, Buffer.from(text)] as const),
);
const sidecar = sidecarBytes(publisher.signed(packageOf(name, tree)));
const rules = { promptdVersion: '0.1.0', allowUnsigned: false, shipped: {} };
const known = { signers: [publisher.trusted()], approvals: [] };

/** Undefined when the plugin is trusted, else the reason why it is not. */
function reasonAgainst(files: ReadonlyMap<string, Buffer>, signed: Buffer): string | undefined {
  try {
    const found = packageOf(name, files);
    const trust = trustOf(found, parseSidecar(signed), known, rules, Date.now());
    return trust.state === 'rejected' ? trust.reason : undefined;
  } catch (error) {
    if (error instanceof PluginFault) return error.reason;
    throw error;
  }
}

/** The bytes with a bit or more of one byte turned. */
function flipped(bytes: Buffer, at: number, mask: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at % copy.length]! ^= mask;
  return copy;
}

const place = fc.nat({ max: 100_000 });
const mask = fc.integer({ min: 1, max: 255 });

it('is trusted as long as nothing is changed', () => {
  expect(reasonAgainst(tree, sidecar)).toBeUndefined();
});

it.each([...tree.keys()])('refuses any byte changed in %s', (path) => {
  fc.assert(
    fc.property(place, mask, (at, bits) => {
      const files = new Map(tree).set(path, flipped(tree.get(path)!, at, bits));
      expect(['modified', 'invalid', 'incompatible']).toContain(reasonAgainst(files, sidecar));
    }),
    { numRuns: 40 },
  );
});

it('refuses every single byte changed in the sidecar', () => {
  for (let at = 0; at < sidecar.length; at += 1) {
    for (const bits of [0x01, 0x20, 0x80]) {
      expect([at, bits, reasonAgainst(tree, flipped(sidecar, at, bits))]).not.toContain(undefined);
    }
  }
});

it('refuses any bits changed in the sidecar', () => {
  fc.assert(
    fc.property(place, mask, (at, bits) => {
      expect(reasonAgainst(tree, flipped(sidecar, at, bits))).toBeDefined();
    }),
    { numRuns: 500 },
  );
});

it('refuses a file cut short, drawn out, added or left away', () => {
  const path = fc.constantFrom(...tree.keys());
  fc.assert(
    fc.property(path, place, fc.uint8Array({ minLength: 1, maxLength: 9 }), (one, at, more) => {
      const bytes = tree.get(one)!;
      const shorter = bytes.subarray(0, at % bytes.length);
      const longer = Buffer.concat([bytes, more]);
      const less = new Map(tree);
      less.delete(one);
      for (const files of [
        new Map(tree).set(one, shorter),
        new Map(tree).set(one, longer),
        new Map(tree).set('added.js', Buffer.from(more)),
        less,
      ]) {
        expect(reasonAgainst(files, sidecar)).toBeDefined();
      }
    }),
    // tweetnacl takes 10 ms for each.
    { numRuns: 25 },
  );
});
