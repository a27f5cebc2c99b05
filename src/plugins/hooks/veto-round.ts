import type { Logger } from 'pino';
import type { RefusalTrail } from '../../access/index.js';
import {
  actorOf,
  type OperationContext,
  type ProjectRef,
} from '../../platform/authorization/index.js';
import { forbidden } from '../../platform/errors/index.js';
import type { ActivePlugins } from '../catalog/active-plugins.js';
import type { DecidedPlugins } from '../catalog/decided-plugins.js';
import type { PluginCatalog } from '../catalog/plugin-catalog.js';
import { callerOf } from '../host/caller-of.js';
import type { PluginHost } from '../host/plugin-host.port.js';
import type { VetoEvent } from '../package/manifest.js';
import type { CallOutcome, HostCall } from '../runner/runner-outcome.js';
import type { HookMetrics } from './hook-metrics.js';
import { pluginDenied, vetoFailed } from './hooks.errors.js';
import { deniedByPlugin } from './hooks.events.js';
import { type PluginHook, vetoHooksOf } from './plugin-hooks.js';
import { readDecision, type VetoDecision } from './veto-decision.js';

/** Of all plugins and all questions of one request together. */
const BUDGET_MS = 1_000;
const RETRY_AFTER_SECONDS = '1';

interface Parts {
  readonly active: ActivePlugins;
  readonly decided: DecidedPlugins;
  readonly catalog: PluginCatalog;
  readonly host: PluginHost;
  readonly metrics: HookMetrics;
  readonly refusals: RefusalTrail;
  readonly logger: Logger;
}

/** What a hook is asked about; `promptd:api` types it by event. */
export interface VetoQuestion extends Readonly<Record<string, unknown>> {
  readonly prompt: string;
}

/** The questions of one request to plugins, one after the other. */
export class VetoRound {
  private readonly deadline = performance.now() + BUDGET_MS;
  /** A timer may fire a little before the clock says so; what is spent is spent. */
  private isSpent = false;

  constructor(
    private readonly parts: Parts,
    private readonly ctx: OperationContext,
    private readonly project: ProjectRef,
  ) {}

  /**
   * Asks every hook of the event, in order, until one denies. A hook that fails or has no time left is
   * passed over when it says `onError: allow`. One that says `deny` and does not serve here denies.
   *
   * @throws plugin-denied, veto-failed
   */
  async ask(event: VetoEvent, question: VetoQuestion): Promise<void> {
    this.refuseWithoutGuard(event);
    const { ctx, project } = this;
    const caller = callerOf(ctx.principal, project);
    const input = { project: project.name, caller, ...question };
    for (const found of vetoHooksOf(this.parts.active.all(), event)) {
      // A reload may have replaced the plugin while others were asked.
      const hook = this.asItIsNow(found);
      if (hook) this.judge(hook, question, await this.answerOf(hook, input));
    }
  }

  /** Undefined when what serves by now does not have the hook. What serves no more fails. */
  private asItIsNow(hook: PluginHook): PluginHook | undefined {
    const { manifest } = hook.plugin;
    const serving = this.parts.active.get(manifest.name);
    return serving ? vetoHooksOf([serving], hook.declared.event)[0] : hook;
  }

  private refuseWithoutGuard(hook: VetoEvent): void {
    const { decided, catalog, metrics, logger } = this.parts;
    const name = decided.missing(hook);
    if (name === undefined) return;
    const isStarting = catalog.isStarting(name);
    metrics.countVeto(name, 'failed');
    const reason = isStarting ? 'is starting' : 'does not serve';
    logger.warn({ plugin: name, hook, reason }, 'a veto hook failed');
    if (isStarting) throw notAsked(name, hook, 'is starting here; try again');
    throw notAsked(
      name,
      hook,
      'does not serve here as it should. An instance admin sees why at GET /v1/plugins, and may disable or delete it to go on without',
    );
  }

  private judge(
    { plugin, declared }: PluginHook,
    question: VetoQuestion,
    decision: VetoDecision | undefined,
  ): void {
    const { metrics } = this.parts;
    const { name } = plugin.manifest;
    const { event: hook, onError } = declared;
    if (decision?.kind === 'allow') {
      metrics.countVeto(name, 'allowed');
    } else if (decision) {
      metrics.countVeto(name, 'denied');
      this.recordDenial(name, hook, question);
      const { reason } = decision;
      throw pluginDenied(`The plugin ${name} refused it at ${hook}: ${reason}`, {
        members: { plugin: name, hook, reason },
      });
    } else {
      metrics.countVeto(name, 'failed');
      if (onError === 'allow') return;
      throw notAsked(name, hook, 'did not answer');
    }
  }

  private recordDenial(plugin: string, hook: string, question: VetoQuestion): void {
    const { ctx, project, parts } = this;
    const { kind, id } = actorOf(ctx.principal);
    const denial = { plugin, hook, principal: ctx.principal.kind, question };
    parts.refusals.record(ctx, `${kind} ${id ?? ''}`, deniedByPlugin(project, denial));
  }

  /** Undefined when the hook failed. */
  private async answerOf(hook: PluginHook, input: object): Promise<VetoDecision | undefined> {
    const { plugin, declared } = hook;
    const leftMs = this.deadline - performance.now();
    const outcome =
      leftMs > 0 && !this.isSpent ? await this.callWithin(leftMs, hook, input) : undefined;
    const decision = outcome?.ok ? readDecision(outcome.value) : undefined;
    if (decision) return decision;
    // SECURITY: what a plugin threw may hold what it was asked about.
    const reason = outcome ? (outcome.ok ? 'no decision' : outcome.reason) : 'no time left';
    const { name } = plugin.manifest;
    this.parts.logger.warn({ plugin: name, hook: declared.event, reason }, 'a veto hook failed');
    return undefined;
  }

  private async callWithin(
    leftMs: number,
    { plugin, declared }: PluginHook,
    input: object,
  ): Promise<CallOutcome | undefined> {
    const over = new AbortController();
    const { ctx, project } = this;
    const answers = this.parts.host.of({
      ctx,
      plugin,
      project,
      within: 'veto',
      patienceMs: leftMs,
    });
    // The runner ends the call in its own time. Until then it is nobody's, and nothing is done for it.
    const host: HostCall = (operation, argument) =>
      over.signal.aborted ? Promise.reject(tooLate()) : answers(operation, argument);
    let timer: NodeJS.Timeout | undefined;
    const end = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        this.isSpent = true;
        resolve(undefined);
      }, leftMs);
    });
    try {
      const target = { kind: 'hook', event: declared.event } as const;
      return await Promise.race([plugin.call(target, input, host, over.signal), end]);
    } finally {
      over.abort();
      clearTimeout(timer);
    }
  }
}

function notAsked(plugin: string, hook: string, why: string) {
  return vetoFailed(`The plugin ${plugin} has to be asked at ${hook}, and ${why}.`, {
    members: { plugin, hook },
    headers: { 'Retry-After': RETRY_AFTER_SECONDS },
  });
}

function tooLate() {
  return forbidden('The hook was not waited for any longer.');
}
