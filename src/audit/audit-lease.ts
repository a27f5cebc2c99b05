import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../platform/authorization/index.js';
import { newId } from '../platform/crypto/index.js';
import { Leases } from '../platform/database/index.js';

/** Another instance takes over this long after the last batch of one that is gone. */
const LEASE_MS = 5_000;

/** The right to write the trail and its checkpoints, which one instance has at a time. */
@Injectable()
export class AuditLease {
  private readonly instance = newId();

  constructor(private readonly leases: Leases) {}

  /**
   * False when it is another instance's turn. Whoever gets true keeps the others waiting until
   * COMMIT, and must read what it goes by after this call.
   */
  async hold(tx: OperationContext): Promise<boolean> {
    return this.leases.hold(tx, 'audit', this.instance, LEASE_MS);
  }
}
