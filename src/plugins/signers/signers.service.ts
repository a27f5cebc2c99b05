import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import { type Signer, signerDigest, type SignerTerms } from './signer.js';
import { isKeyId } from '../signatures/trusted-key.js';
import {
  type EnrolmentRequest,
  parseEnrolledKey,
  parseTerms,
  type TermsRequest,
} from './signer-draft.js';
import { signerRevoked } from './signers.errors.js';
import { signerChanged, signerEnrolled } from './signers.events.js';
import { SignersRepository } from './signers.repository.js';

/** SECURITY: a key may vouch for nothing until somebody says for what. */
const defaults: SignerTerms = {
  label: '',
  status: 'active',
  names: [],
  capabilities: [],
  validFromMs: null,
  validUntilMs: null,
};

/** Whose plugins may be approved on this instance. */
@Injectable()
export class SignersService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly signers: SignersRepository,
    private readonly clock: Clock,
  ) {}

  async list(ctx: OperationContext, page: PageRequest): Promise<Page<Signer>> {
    await this.policy.requireInstance(ctx, 'plugin:trust');
    return this.signers.list(ctx, page);
  }

  /** @throws validation-failed, plugin-signer-exists */
  async enrol(ctx: OperationContext, request: EnrolmentRequest): Promise<Signer> {
    await this.policy.requireInstance(ctx, 'plugin:trust');
    const { keyId, text: publicKey } = parseEnrolledKey(request, this.clock.nowMs());
    const terms = parseTerms(request, defaults);
    return this.unitOfWork.run(ctx, async (tx) => {
      const signer = await this.signers.insert(tx, { ...terms, keyId, publicKey });
      this.outbox.record(tx, signerEnrolled(signer));
      return signer;
    });
  }

  /** @throws validation-failed, not-found, plugin-signer-revoked */
  async update(ctx: OperationContext, keyId: string, request: TermsRequest): Promise<Signer> {
    await this.policy.requireInstance(ctx, 'plugin:trust');
    return this.unitOfWork.run(ctx, async (tx) => {
      const before = isKeyId(keyId) ? await this.signers.lock(tx, keyId) : undefined;
      if (!before) throw notFound('No signer has this key id.');
      const terms = parseTerms(request, before);
      if (signerDigest(terms) === signerDigest(before)) return before;
      if (before.status === 'revoked' && terms.status !== 'revoked') {
        throw signerRevoked('Whoever holds it may be anybody; enrol another key.');
      }
      const after = await this.signers.update(tx, before, terms);
      this.outbox.record(tx, signerChanged(before, after));
      return after;
    });
  }
}
