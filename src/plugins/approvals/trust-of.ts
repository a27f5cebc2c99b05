import semver from 'semver';
import type { Capability } from '../package/manifest.js';
import { PluginFault, type RejectReason } from '../package/plugin-fault.js';
import type { PluginRelease } from '../package/plugin-package.js';
import type { ShippedPlugin } from '../package/shipped-plugins.js';
import { checkRelease } from '../signatures/check-release.js';
import type { Sidecar } from '../signatures/signed-document.js';
import type { TrustedKey } from '../signatures/trusted-key.js';
import type { Approval } from './approval.js';

/** Who vouches for a plugin that may run: a signer, this build, or nobody (while that is allowed). */
export type TrustBasis = 'signature' | 'shipped' | 'unsigned';

export type Trust =
  | {
      readonly state: 'approved';
      readonly basis: TrustBasis;
      /** What it may use: never more than its manifest asks for. */
      readonly granted: readonly Capability[];
      /** Null when nobody signed it. */
      readonly keyId: string | null;
    }
  | {
      /** Signed by a trusted key; an instance admin has to approve these bytes. */
      readonly state: 'pending-approval';
      readonly asked: readonly Capability[];
      readonly keyId: string;
    }
  | {
      readonly state: 'rejected';
      readonly reason: RejectReason;
      readonly detail: string;
      readonly keyId: string | null;
    };

/** What the instance knows about the name of the plugin and the key of its sidecar. */
export interface Known {
  readonly signers: readonly TrustedKey[];
  /** Every approval of the name, those that were withdrawn among them. */
  readonly approvals: readonly Approval[];
}

/** What holds for every plugin of the instance. */
export interface TrustRules {
  readonly promptdVersion: string;
  readonly allowUnsigned: boolean;
  /** By name. */
  readonly shipped: Readonly<Record<string, ShippedPlugin>>;
}

/**
 * The whole decision about a package whose bytes are in memory. It depends on what it is given and on
 * nothing else, so it is taken anew whenever a signer or an approval changes.
 */
export function trustOf(
  found: PluginRelease,
  sidecar: Sidecar | undefined,
  known: Known,
  rules: TrustRules,
  nowMs: number,
): Trust {
  try {
    const trust = decide(found, sidecar, known, rules, nowMs);
    // Last, because until then nobody has said that the manifest is genuine.
    refuseIncompatible(found, rules);
    return trust;
  } catch (error) {
    if (!(error instanceof PluginFault)) throw error;
    const { reason, message } = error;
    return { state: 'rejected', reason, detail: message, keyId: sidecar?.keyId ?? null };
  }
}

function decide(
  found: PluginRelease,
  sidecar: Sidecar | undefined,
  { signers, approvals }: Known,
  rules: TrustRules,
  nowMs: number,
): Trust {
  const { manifest, treeDigest } = found;
  const pinned = Object.hasOwn(rules.shipped, manifest.name)
    ? rules.shipped[manifest.name]
    : undefined;
  const asked = manifest.capabilities;
  if (pinned?.treeDigest === treeDigest) {
    return { state: 'approved', basis: 'shipped', granted: asked, keyId: null };
  }
  if (!sidecar) {
    if (rules.allowUnsigned) {
      return { state: 'approved', basis: 'unsigned', granted: asked, keyId: null };
    }
    if (pinned) throw changedShipped();
    throw new PluginFault('unsigned', 'It has no sidecar; sign it with `promptd plugin sign`.');
  }
  const approval = standingApproval(approvals, treeDigest);
  const key = signers.find(({ keyId }) => keyId === sidecar.keyId);
  checkRelease(found, sidecar, key, { nowMs, approved: approval !== undefined });
  refuseReplacement(found, sidecar.keyId, approvals);
  if (!approval) return { state: 'pending-approval', asked, keyId: sidecar.keyId };
  const granted = asked.filter((one) => approval.granted.includes(one));
  return { state: 'approved', basis: 'signature', granted, keyId: sidecar.keyId };
}

/** What was last said about these bytes, whoever had signed them when it was said. */
function standingApproval(
  approvals: readonly Approval[],
  treeDigest: string,
): Approval | undefined {
  return approvals
    .filter((one) => one.treeDigest === treeDigest && one.withdrawnAtMs === null)
    .toSorted((a, b) => a.approvedAtMs - b.approvedAtMs)
    .at(-1);
}

/** @throws PluginFault for a release that was overtaken, or that takes the place of another */
function refuseReplacement(
  { manifest, treeDigest }: PluginRelease,
  keyId: string,
  approvals: readonly Approval[],
): void {
  const others = approvals.filter((one) => one.treeDigest !== treeDigest);
  if (others.some(({ version }) => version === manifest.version)) {
    throw new PluginFault(
      'modified',
      'This version was approved with other bytes; release them as another version.',
    );
  }
  const ofKey = others.filter((one) => one.keyId === keyId);
  const highest = Math.max(0, ...ofKey.map(({ releaseSeq }) => releaseSeq));
  if (manifest.releaseSeq > highest) return;
  throw new PluginFault(
    'downgrade',
    `Release ${highest} of it was approved before; give releaseSeq a higher number.`,
  );
}

function refuseIncompatible({ manifest }: PluginRelease, { promptdVersion }: TrustRules): void {
  const { promptd } = manifest.engines;
  if (semver.satisfies(promptdVersion, promptd, { includePrerelease: true })) return;
  throw new PluginFault(
    'incompatible',
    `It is made for promptd ${promptd}, and this is ${promptdVersion}.`,
  );
}

function changedShipped(): PluginFault {
  return new PluginFault(
    'modified',
    'It comes with promptd and is not as it was shipped; restore its files, or sign your own.',
  );
}
