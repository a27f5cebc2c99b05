import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { isoTime } from '../../platform/time/index.js';
import { type Capability, capabilities, type Manifest } from '../package/manifest.js';
import { manifestOrNull } from '../package/manifest.openapi.js';
import { type RejectReason, rejectReasons } from '../package/plugin-fault.js';
import type { CallOutcome, FailureReason } from '../runner/runner-outcome.js';
import { failureReasons } from '../runner/runner-outcome.js';
import { type PluginState, pluginStates, type PluginView } from './life/plugin-view.js';
import type { SeenPlugin, Viewer } from './plugins.service.js';

const trustBases = ['signature', 'shipped', 'unsigned'] as const;

/** Where the caller has the right: a project, or nothing for an instance admin. */
export class OperatedPluginQuery {
  /** The project in which the caller is a developer. Instance admins need none. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  project?: string;
}

export class ApprovePluginRequest {
  /** Of the bytes that were looked at, as the list shows it; others are not approved. */
  @Matches(/^sha256:[0-9a-f]{64}$/)
  treeDigest: string;

  /** Less than the manifest asks for, when the plugin is to do without. By default all of it. */
  @ValidateIf((_: unknown, value: unknown) => value !== undefined)
  @IsArray()
  @ArrayMaxSize(capabilities.length)
  @IsIn(capabilities, { each: true, message: `must be among ${capabilities.join(', ')}` })
  granted?: Capability[];
}

/** What is in the folder while something else serves. */
export class NextPluginReleaseResponse {
  version: string | null;
  treeDigest: string | null;
  @ApiProperty({ enum: pluginStates })
  state: PluginState;
  @ApiProperty({ enum: rejectReasons, nullable: true })
  reason: RejectReason | null;
  detail: string | null;
  @ApiProperty({ enum: capabilities, isArray: true })
  asked: Capability[];
}

export class PluginErrorResponse {
  at: string;
  /** May hold what the plugin wrote. */
  message: string;
}

export class PluginCountersResponse {
  calls: number;
  failures: number;
  /** Since this instance started. */
  kills: number;
}

export class PluginResponse {
  name: string;
  @ApiProperty({ enum: pluginStates })
  state: PluginState;
  /** Why it is rejected. */
  @ApiProperty({ enum: rejectReasons, nullable: true })
  reason: RejectReason | null;
  /** Why it does not serve, and what to do about it. */
  detail: string | null;
  version: string | null;
  treeDigest: string | null;
  /** Who vouches for it. */
  @ApiProperty({ enum: trustBases, nullable: true })
  basis: (typeof trustBases)[number] | null;
  /** Of the key that signed it. */
  keyId: string | null;
  @ApiProperty({ enum: capabilities, isArray: true })
  granted: Capability[];
  /** `plugin.json`, with the endpoints, the modals and their buttons that the caller has a role for in some project. */
  @ApiProperty(manifestOrNull)
  manifest: Manifest | null;
  /** Shown to instance admins, as are the two after it. */
  next: NextPluginReleaseResponse | null;
  lastError: PluginErrorResponse | null;
  counters: PluginCountersResponse | null;
}

export class PluginListResponse {
  items: PluginResponse[];
}

export class PluginPingResponse {
  at: string;
  ok: boolean;
  @ApiProperty({ type: 'number', minimum: 0 })
  tookMs: number;
}

/** All of it on the instance that was asked, since the plugin was started there. */
export class PluginHealthResponse {
  name: string;
  @ApiProperty({ enum: pluginStates })
  state: PluginState;
  detail: string | null;
  /** Whether it runs although nobody signed it. */
  unsigned: boolean;
  /** The last sign of life that the isolate gave. */
  ping: PluginPingResponse | null;
  calls: number;
  failures: number;
  timeouts: number;
  kills: number;
  callsInFlight: number;
  callsWaiting: number;
  rssBytes: number;
  /** Failures among all calls, in percent. */
  errorPercent: number;
  /** Of the last 256 calls. */
  p95Ms: number | null;
  /** How long calls are refused from now on; 0 when they are not. */
  refusedForMs: number;
}

export class PluginCheckResponse {
  ok: boolean;
  @ApiProperty({ enum: failureReasons, nullable: true })
  reason: FailureReason | null;
  /** May hold what the plugin wrote. */
  message: string | null;
}

export function pluginListResponse(seen: readonly SeenPlugin[]): PluginListResponse {
  return { items: seen.map(pluginResponse) };
}

export function pluginResponse({ view, viewer }: SeenPlugin): PluginResponse {
  const { name, state, reason, detail, release, basis, keyId, granted } = view;
  return {
    ...{ name, state, reason, detail, basis, keyId },
    version: release?.manifest.version ?? null,
    treeDigest: release?.treeDigest ?? null,
    granted: [...granted],
    manifest: release ? manifestFor(release.manifest, viewer) : null,
    ...(viewer.managesPlugins ? insightOf(view) : { next: null, lastError: null, counters: null }),
  };
}

function insightOf({ next, lastError, running, kills }: PluginView) {
  const { calls = 0, failures = 0 } = running?.numbers() ?? {};
  return {
    next: next ? { ...next, asked: [...next.asked] } : null,
    lastError: lastError ? { at: isoTime(lastError.atMs), message: lastError.message } : null,
    counters: { calls, failures, kills },
  };
}

/** What nobody lets the caller use is not shown to it. */
function manifestFor(manifest: Manifest, { managesPlugins, roles }: Viewer): Manifest {
  if (managesPlugins) return manifest;
  const mayUse = (one: { readonly roles: readonly string[] }) =>
    roles.some((role) => one.roles.includes(role));
  const { endpoints, modals, ui } = manifest;
  const others = new Set(modals?.filter((one) => !mayUse(one)).map(({ name }) => name));
  return {
    ...manifest,
    ...(endpoints && { endpoints: endpoints.filter(mayUse) }),
    ...(modals && { modals: modals.filter(mayUse) }),
    ...(ui && { ui: ui.filter((one) => one.type !== 'button' || !others.has(one.action)) }),
  };
}

export function pluginHealthResponse(view: PluginView): PluginHealthResponse {
  const { name, state, detail, basis, running, kills } = view;
  const numbers = running?.numbers();
  const stats = running?.stats();
  const { lastPing } = running ?? {};
  return {
    ...{ name, state, detail, kills },
    unsigned: running !== undefined && basis === 'unsigned',
    ping: lastPing
      ? { at: isoTime(lastPing.atMs), ok: lastPing.ok, tookMs: Math.round(lastPing.tookMs) }
      : null,
    calls: numbers?.calls ?? 0,
    failures: numbers?.failures ?? 0,
    timeouts: numbers?.timeouts ?? 0,
    callsInFlight: stats?.callsInFlight ?? 0,
    callsWaiting: stats?.callsWaiting ?? 0,
    rssBytes: stats?.rssBytes ?? 0,
    errorPercent: Math.round(100 * (numbers?.errorRate ?? 0)),
    p95Ms: typeof numbers?.p95Ms === 'number' ? Math.round(numbers.p95Ms) : null,
    refusedForMs: Math.round(running?.circuit.waitMs(performance.now()) ?? 0),
  };
}

export function pluginCheckResponse(outcome: CallOutcome): PluginCheckResponse {
  if (outcome.ok) return { ok: true, reason: null, message: null };
  return { ok: false, reason: outcome.reason, message: outcome.message };
}
