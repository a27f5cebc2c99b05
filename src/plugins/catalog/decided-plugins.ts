import { Inject, Injectable } from '@nestjs/common';
import { backgroundContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import type { Approval } from '../approvals/approval.js';
import { ApprovalsRepository } from '../approvals/approvals.repository.js';
import type { Trust, TrustRules } from '../approvals/trust-of.js';
import { TRUST_RULES } from '../approvals/trust.service.js';
import { guardedEvents } from '../package/guarded-events.js';
import type { VetoEvent } from '../package/manifest.js';
import type { PluginRelease } from '../package/plugin-package.js';
import { ActivePlugins } from './active-plugins.js';
import type { SwitchState } from './switches/plugin-switch.js';
import { SwitchesRepository } from './switches/switches.repository.js';

/** A plugin that somebody approved or, where it comes with promptd, turned on or off. */
export interface DecidedPlugin {
  readonly name: string;
  /** What may not happen while it should serve and does not. */
  readonly guards: readonly VetoEvent[];
  readonly state: SwitchState;
}

/**
 * What was decided about plugins on any instance, kept in memory, so that no write asks the database.
 *
 * SECURITY: what has to be asked is known from here, never from what is in the folder, and so it holds
 * whatever happens to that. Only who disables or deletes the plugin lets go.
 */
@Injectable()
export class DecidedPlugins {
  private readonly ctx = backgroundContext('plugins');
  private approvals: readonly Approval[] = [];
  private switches: ReadonlyMap<string, SwitchState> = new Map();
  /** Nobody decided about these but whoever wrote their files. */
  private readonly unsigned = new Map<string, readonly VetoEvent[]>();
  private byName: ReadonlyMap<string, DecidedPlugin> = new Map();
  private reading: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stored: ApprovalsRepository,
    private readonly storedSwitches: SwitchesRepository,
    private readonly active: ActivePlugins,
    @Inject(TRUST_RULES) private readonly rules: TrustRules,
  ) {}

  /** Resolves when everything decided before the call is known. Those who wait share one look. */
  async refresh(): Promise<void> {
    this.next ??= this.reading
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        this.reading = this.read();
        return this.reading;
      });
    return this.next;
  }

  /** Undefined for one that guards nothing. */
  guard(name: string): DecidedPlugin | undefined {
    const decided = this.byName.get(name);
    return decided && decided.guards.length > 0 ? decided : undefined;
  }

  guards(): readonly DecidedPlugin[] {
    return [...this.byName.values()].filter(({ guards }) => guards.length > 0);
  }

  /** Whether it runs when its bytes are what they should be. */
  isWanted(name: string): boolean {
    if (this.rules.allowUnsigned) return true;
    const decided = this.byName.get(name);
    return decided !== undefined && decided.state !== 'disabled';
  }

  /**
   * A plugin without which the event may not go on, and that does not serve here, or by a release that
   * guards something else. One that guards the event answers for a later one that is on its way.
   */
  missing(event: VetoEvent): string | undefined {
    for (const { name, guards, state } of this.byName.values()) {
      if (state === 'disabled' || !guards.includes(event)) continue;
      const serving = this.active.get(name);
      if (!serving || !guardedEvents(serving.manifest).includes(event)) return name;
    }
    return undefined;
  }

  /** Takes from a package what no decision says. */
  async learn({ manifest, treeDigest }: PluginRelease, trust: Trust): Promise<void> {
    const { name } = manifest;
    const guards = guardedEvents(manifest);
    if (trust.state === 'approved' && trust.basis === 'unsigned') {
      this.unsigned.set(name, guards);
      this.assemble();
    }
    // The digest says that these are the bytes that were approved, whatever is thought of them now.
    const isUnknown = (one: Approval) =>
      one.guards === null && one.name === name && one.treeDigest === treeDigest;
    if (!this.approvals.some(isUnknown)) return;
    await this.unitOfWork.run(this.ctx, (tx) =>
      this.stored.addGuards(tx, name, treeDigest, guards),
    );
    await this.refresh();
  }

  /** Its folder is gone, and with it all that was known of a plugin that nobody approved. */
  forgetUnsigned(name: string): void {
    if (this.unsigned.delete(name)) this.assemble();
  }

  private async read(): Promise<void> {
    this.approvals = await this.stored.listStanding(this.ctx);
    this.switches = await this.storedSwitches.list(this.ctx);
    this.assemble();
  }

  private assemble(): void {
    const all = new Map<string, DecidedPlugin>();
    const put = (name: string, guards: readonly VetoEvent[]) =>
      all.set(name, { name, guards, state: this.switches.get(name) ?? 'enabled' });
    for (const [name, { guards }] of Object.entries(this.rules.shipped)) {
      if (this.switches.has(name)) put(name, guards);
    }
    for (const [name, guards] of this.unsigned) put(name, guards);
    // Of several releases that of the last approval, which is the one that should serve.
    for (const { name, guards } of this.approvals) put(name, guards ?? []);
    this.byName = all;
  }
}
