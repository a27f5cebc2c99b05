import { Inject, Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Clock } from '../../platform/time/index.js';
import type { PluginRelease } from '../package/plugin-package.js';
import type { Signer } from '../signers/signer.js';
import { SignersRepository } from '../signers/signers.repository.js';
import type { Sidecar } from '../signatures/signed-document.js';
import { ApprovalsRepository } from './approvals.repository.js';
import { type Trust, trustOf, type TrustRules } from './trust-of.js';

/** The token for what holds for every plugin of the instance. */
export const TRUST_RULES = Symbol('trust rules');

/**
 * What the instance thinks of a package now. Asks nobody, since it tells and does nothing: whoever
 * loads plugins calls it before each start, and again when a signer or an approval has changed.
 */
@Injectable()
export class TrustService {
  constructor(
    private readonly signers: SignersRepository,
    private readonly approvals: ApprovalsRepository,
    private readonly clock: Clock,
    @Inject(TRUST_RULES) private readonly rules: TrustRules,
  ) {}

  /** @param sidecar undefined when there is none */
  async assess(
    ctx: OperationContext,
    found: PluginRelease,
    sidecar: Sidecar | undefined,
  ): Promise<Trust> {
    const signer = sidecar && (await this.signers.find(ctx, sidecar.keyId));
    return this.assessWith(ctx, found, sidecar, signer);
  }

  /**
   * As `assess`, for a release that serves already. A later one that was approved meanwhile is about to
   * take its place, and is no reason to end it before.
   */
  async assessServing(
    ctx: OperationContext,
    serving: PluginRelease,
    sidecar: Sidecar | undefined,
  ): Promise<Trust> {
    const { name } = serving.manifest;
    const signer = sidecar && (await this.signers.find(ctx, sidecar.keyId));
    const approvals = await this.approvals.listOf(ctx, name);
    const known = {
      signers: signer ? [signer] : [],
      approvals: approvals.filter(({ treeDigest }) => treeDigest === serving.treeDigest),
    };
    return trustOf(serving, sidecar, known, this.rules, this.clock.nowMs());
  }

  /** As `assess`, with the signer as the caller has locked it. */
  async assessWith(
    ctx: OperationContext,
    found: PluginRelease,
    sidecar: Sidecar | undefined,
    signer: Signer | undefined,
  ): Promise<Trust> {
    const approvals = await this.approvals.listOf(ctx, found.manifest.name);
    const known = { signers: signer ? [signer] : [], approvals };
    return trustOf(found, sidecar, known, this.rules, this.clock.nowMs());
  }
}
