import type { OperationContext } from '../../../platform/authorization/index.js';
import type { Trust } from '../../approvals/trust-of.js';
import type { TrustService } from '../../approvals/trust.service.js';
import type { Manifest } from '../../package/manifest.js';
import type { ActivePlugins } from '../active-plugins.js';
import { switchByDefault } from '../switches/plugin-switch.js';
import type { PluginSwitches } from '../switches/plugin-switches.js';

interface Parts {
  readonly active: ActivePlugins;
  readonly trust: TrustService;
  readonly switches: PluginSwitches;
}

/**
 * Says whether what a plugin has to be asked about waits for it on this instance: while somebody wants
 * it to serve, whatever keeps it from that. To disable or to delete it lets everything go on.
 */
export class GuardedWrites {
  constructor(
    private readonly name: string,
    private readonly parts: Parts,
  ) {}

  hold(manifest: Manifest): void {
    if (isGuard(manifest)) this.parts.active.miss(manifest);
  }

  release(): void {
    this.parts.active.missNoMore(this.name);
  }

  /**
   * For a plugin that does not serve. SECURITY: a package that may not run, or none that can be read,
   * takes nothing away from what was known to guard, and nothing from what was decided about the name.
   *
   * @param manifest of what is in the folder; undefined when that cannot be read
   */
  async judge(
    ctx: OperationContext,
    manifest: Manifest | undefined,
    trust: Trust | undefined,
  ): Promise<void> {
    const known = this.parts.active.missing(this.name);
    const guard = trust?.state === 'approved' ? manifest : (known ?? manifest);
    if (guard && isGuard(guard) && (await this.isWanted(ctx, trust))) this.hold(guard);
    else this.release();
  }

  private async isWanted(ctx: OperationContext, trust: Trust | undefined): Promise<boolean> {
    const { switches, trust: service } = this.parts;
    const basis =
      trust?.state === 'approved' ? trust.basis : await service.basisOfName(ctx, this.name);
    if (basis === undefined) return false;
    const { state } = (await switches.find(ctx, this.name)) ?? switchByDefault(basis);
    return state !== 'disabled';
  }
}

function isGuard({ hooks = [] }: Manifest): boolean {
  return hooks.some(({ kind, onError }) => kind === 'veto' && onError === 'deny');
}
