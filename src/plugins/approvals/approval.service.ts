import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound, validationFailed } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import { guardedEvents } from '../package/guarded-events.js';
import type { Capability } from '../package/manifest.js';
import { isPluginName } from '../package/parse-manifest.js';
import type { PluginPackage } from '../package/plugin-package.js';
import { SignersRepository } from '../signers/signers.repository.js';
import type { Sidecar } from '../signatures/signed-document.js';
import { pluginRejected } from './approvals.errors.js';
import { approvalWithdrawn, pluginApproved } from './approvals.events.js';
import { ApprovalsRepository } from './approvals.repository.js';
import type { Trust } from './trust-of.js';
import { TrustService } from './trust.service.js';

/** What an instance admin says yes to: these bytes. */
export interface ApprovalRequest {
  /** As it was read and shown; a package that was read anew since may be another one. */
  readonly found: PluginPackage;
  readonly sidecar: Sidecar | undefined;
  /** The digest that the admin has seen. Without it, that of the package. */
  readonly treeDigest?: string;
  /** Less than the manifest asks for, when the plugin is to do without. By default all of it. */
  readonly granted?: readonly Capability[];
}

@Injectable()
export class ApprovalService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly signers: SignersRepository,
    private readonly approvals: ApprovalsRepository,
    private readonly trust: TrustService,
  ) {}

  /**
   * Lets the bytes of a signed package run with what is granted, and answers what it may do from now
   * on. A plugin that runs without an approval (one that was shipped, say) is answered as it is.
   *
   * @throws plugin-rejected for a package that no approval would make run, or that changed since
   * @throws validation-failed for a capability that the plugin does not ask for
   */
  async approve(ctx: OperationContext, request: ApprovalRequest): Promise<Trust> {
    await this.policy.requireInstance(ctx, 'plugin:trust');
    const { found, sidecar } = request;
    const { treeDigest = found.treeDigest, granted = found.manifest.capabilities } = request;
    if (treeDigest !== found.treeDigest) throw changedSince();
    refuseUnasked(granted, found.manifest.capabilities);
    return this.unitOfWork.run(ctx, async (tx) => {
      // The lock keeps a revocation from passing between the look and the approval.
      const signer = sidecar && (await this.signers.lock(tx, sidecar.keyId));
      const trust = await this.trust.assessWith(tx, found, sidecar, signer);
      if (trust.state === 'rejected') {
        throw pluginRejected(trust.detail, { members: { reason: trust.reason } });
      }
      if (trust.keyId === null) return trust;
      const { name, version, releaseSeq } = found.manifest;
      const guards = guardedEvents(found.manifest);
      const release = { name, treeDigest, keyId: trust.keyId, version, releaseSeq };
      const approval = await this.approvals.put(tx, { ...release, granted, guards });
      this.outbox.record(tx, pluginApproved(approval));
      return { state: 'approved', basis: 'signature', granted, keyId: trust.keyId };
    });
  }

  /**
   * Takes an approval back: these bytes do not start any more. Whoever runs them hears of it by the
   * event `plugin.approval-withdrawn`.
   *
   * @throws not-found when there is none that stands
   */
  async withdraw(ctx: OperationContext, name: string, treeDigest: string): Promise<void> {
    await this.policy.requireInstance(ctx, 'plugin:trust');
    // Texts that no approval has are no question for a database.
    if (!isPluginName(name) || !/^sha256:[0-9a-f]{64}$/.test(treeDigest)) throw nothingApproved();
    await this.unitOfWork.run(ctx, async (tx) => {
      if ((await this.approvals.withdraw(tx, name, treeDigest)) === 0) throw nothingApproved();
      this.outbox.record(tx, approvalWithdrawn(name, treeDigest));
    });
  }

  /** All that stand of the name, in the caller's transaction when there is one; answers how many. */
  async withdrawAll(ctx: OperationContext, name: string): Promise<number> {
    const approvals = await this.approvals.listOf(ctx, name);
    const standing = approvals.filter(({ withdrawnAtMs }) => withdrawnAtMs === null);
    const digests = new Set(standing.map(({ treeDigest }) => treeDigest));
    for (const digest of digests) await this.withdraw(ctx, name, digest);
    return digests.size;
  }
}

function refuseUnasked(granted: readonly Capability[], asked: readonly Capability[]): void {
  const beyond = granted.filter((one) => !asked.includes(one));
  if (beyond.length === 0) return;
  throw validationFailed('The plugin does not ask for all of that.', {
    errors: [
      {
        pointer: '/granted',
        code: 'unasked-capability',
        detail: `Leave out what plugin.json does not ask for: ${beyond.join(', ')}.`,
      },
    ],
  });
}

function nothingApproved() {
  return notFound('No approval of these bytes stands.');
}

function changedSince() {
  return pluginRejected('The files are not those you have seen; look again.', {
    members: { reason: 'modified' },
  });
}
