import type { Trust, TrustBasis } from '../../approvals/trust-of.js';
import type { Capability } from '../../package/manifest.js';
import { guardedEvents } from '../../package/guarded-events.js';
import type { RejectReason } from '../../package/plugin-fault.js';
import type { PluginRelease } from '../../package/plugin-package.js';
import type { DecidedPlugin } from '../decided-plugins.js';
import type { PluginSwitch } from '../switches/plugin-switch.js';
import type { RunningPlugin } from './running-plugin.js';

export const pluginStates = [
  'rejected',
  'pending-approval',
  'starting',
  'active',
  'degraded',
  'quarantined',
  'disabled',
  'missing',
] as const;
/**
 * `degraded`: it should serve, and its calls are refused for a while because it failed too often, or it
 * did not start and is tried again, or another release serves that does not guard what it should.
 * `missing`: what it guards waits for it, and its folder is not there.
 */
export type PluginState = (typeof pluginStates)[number];

/** What is in the folder: a package and what is thought of it, or why it is no package. */
export type Candidate =
  | { readonly release: PluginRelease; readonly trust: Trust }
  | { readonly reason: RejectReason; readonly detail: string };

export interface LastError {
  readonly atMs: number;
  readonly message: string;
}

/** What is in the folder while something else serves, and what keeps it from taking its place. */
export interface NextRelease {
  readonly version: string | null;
  readonly treeDigest: string | null;
  readonly state: PluginState;
  readonly reason: RejectReason | null;
  readonly detail: string | null;
  readonly asked: readonly Capability[];
}

/** A plugin as this instance sees it now. */
export interface PluginView {
  readonly name: string;
  readonly state: PluginState;
  readonly reason: RejectReason | null;
  /** Why it does not serve, or not as it should, and what to do about it. */
  readonly detail: string | null;
  /** What serves, or else what is in the folder. */
  readonly release: PluginRelease | undefined;
  readonly basis: TrustBasis | null;
  readonly keyId: string | null;
  readonly granted: readonly Capability[];
  readonly next: NextRelease | undefined;
  readonly lastError: LastError | undefined;
  readonly running: RunningPlugin | undefined;
  /** Since this instance started. */
  readonly kills: number;
}

export interface Sight {
  readonly name: string;
  readonly candidate: Candidate | undefined;
  readonly serving: RunningPlugin | undefined;
  readonly switched: PluginSwitch;
  readonly hasLooked: boolean;
  readonly isStarting: boolean;
  readonly lastError: LastError | undefined;
  readonly killCount: number;
  /** What was decided about a plugin that guards something, wherever its folder is. */
  readonly guard: DecidedPlugin | undefined;
}

/** Undefined when there is neither a folder, nor something that runs, nor something that waits for it. */
export function viewOf(sight: Sight): PluginView | undefined {
  const { name, candidate, serving, lastError, killCount, guard } = sight;
  if (!candidate && !serving && !guard) return undefined;
  const release = serving?.release ?? releaseOf(candidate);
  return {
    ...{ name, lastError, release, running: serving, kills: killCount },
    ...(serving ? servingStanding(serving, guard) : standing(candidate, sight)),
    ...vouchedFor(sight),
    next:
      serving && candidate && !isWhatServes(candidate, serving)
        ? nextOf(candidate, sight)
        : undefined,
  };
}

type Standing = Pick<PluginView, 'state' | 'reason' | 'detail'>;

function servingStanding(
  { circuit, manifest }: RunningPlugin,
  guard: DecidedPlugin | undefined,
): Standing {
  if (circuit.isOpen) {
    const detail =
      'It failed too often; its calls are refused for a while, and then it is tried again.';
    return { state: 'degraded', reason: null, detail };
  }
  const guarded = guardedEvents(manifest);
  const waiting = guard?.guards.filter((event) => !guarded.includes(event)) ?? [];
  if (guard?.state === 'disabled' || waiting.length === 0) {
    return { state: 'active', reason: null, detail: null };
  }
  const detail =
    `What was approved last guards ${waiting.join(', ')}, and this release does not, so that waits. ` +
    'See that the other one serves here, or disable or delete the plugin.';
  return { state: 'degraded', reason: null, detail };
}

/** Of what is in the folder, apart from what serves. */
function standing(candidate: Candidate | undefined, sight: Sight): Standing {
  if (!candidate) return absentStanding(sight);
  if (!('trust' in candidate)) return { state: 'rejected', ...candidate };
  const { trust } = candidate;
  switch (trust.state) {
    case 'rejected':
      return { state: 'rejected', reason: trust.reason, detail: trust.detail };
    case 'pending-approval':
      return {
        state: 'pending-approval',
        reason: null,
        detail: 'An instance admin has to approve these bytes.',
      };
    case 'approved':
      return switchedStanding(sight);
  }
}

function absentStanding({ guard, hasLooked }: Sight): Standing {
  if (guard?.state === 'disabled') return { state: 'disabled', reason: null, detail: null };
  if (!hasLooked) return { state: 'starting', reason: null, detail: null };
  const detail =
    'Its folder is not there or cannot be read, and what it guards waits. Put it back, or disable or delete the plugin.';
  return { state: 'missing', reason: null, detail };
}

function switchedStanding({ switched, isStarting, lastError }: Sight): Standing {
  if (switched.state !== 'enabled') {
    const detail = switched.reason ?? 'An instance admin has to enable it.';
    return { state: switched.state, reason: null, detail };
  }
  if (isStarting || !lastError) return { state: 'starting', reason: null, detail: null };
  return { state: 'degraded', reason: null, detail: lastError.message };
}

function vouchedFor({
  candidate,
  serving,
}: Sight): Pick<PluginView, 'basis' | 'keyId' | 'granted'> {
  const trust = serving?.trust ?? (candidate && 'trust' in candidate ? candidate.trust : undefined);
  const isApproved = trust?.state === 'approved';
  return {
    basis: isApproved ? trust.basis : null,
    keyId: trust?.keyId ?? null,
    granted: isApproved ? trust.granted : [],
  };
}

function nextOf(candidate: Candidate, sight: Sight): NextRelease {
  const release = releaseOf(candidate);
  return {
    version: release?.manifest.version ?? null,
    treeDigest: release?.treeDigest ?? null,
    asked: release?.manifest.capabilities ?? [],
    ...standing(candidate, sight),
  };
}

/** Also the same bytes are another thing when they might not start any more. */
function isWhatServes(candidate: Candidate, { treeDigest }: RunningPlugin): boolean {
  if (!('trust' in candidate) || candidate.trust.state !== 'approved') return false;
  return candidate.release.treeDigest === treeDigest;
}

function releaseOf(candidate: Candidate | undefined): PluginRelease | undefined {
  return candidate && 'trust' in candidate ? candidate.release : undefined;
}
