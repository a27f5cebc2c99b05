import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { sha256Hex } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import { projectArchived } from '../projects/projects.errors.js';
import { ProjectsRepository } from '../projects/projects.repository.js';
import type { ApiKey, CreatedApiKey } from './api-key.js';
import {
  type ApiKeyRequest,
  parseApiKeyDraft,
  parseExpiry,
  type RotationRequest,
} from './api-key-draft.js';
import { apiKeyPrefix, mintApiKey } from './api-key-format.js';
import { keyRevoked } from './api-keys.errors.js';
import { apiKeyCreated, apiKeyRevoked, apiKeyRotated } from './api-keys.events.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** Long enough to deploy what uses the key, short enough to be over the same day. */
const defaultOverlapSeconds = 60 * 60;

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly projects: ProjectsRepository,
    private readonly keys: ApiKeysRepository,
  ) {}

  async list(ctx: OperationContext, project: string, page: PageRequest): Promise<Page<ApiKey>> {
    const { id } = await this.policy.requireProject(ctx, project, 'key:manage');
    return this.keys.list(ctx, id, page);
  }

  /** @throws validation-failed, project-archived */
  async create(
    ctx: OperationContext,
    project: string,
    request: ApiKeyRequest,
  ): Promise<CreatedApiKey> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'key:manage');
    const draft = parseApiKeyDraft(request, this.clock.nowMs());
    const secret = mintApiKey();
    const prefix = apiKeyPrefix(secret);
    const keyHash = sha256Hex(secret);
    const apiKey = await this.unitOfWork.run(ctx, async (tx) => {
      const locked = await this.projects.lock(tx, projectId);
      if (locked?.archived) throw projectArchived('Restore the project before making keys for it.');
      const created = await this.keys.insert(tx, { ...draft, projectId, prefix, keyHash });
      this.outbox.record(tx, apiKeyCreated(created));
      return created;
    });
    return { apiKey, secret };
  }

  /**
   * Another secret for the same key. The secret before it works for the overlap, and the one before
   * that no more.
   *
   * @throws key-revoked, validation-failed for an expiry that has passed
   */
  async rotate(
    ctx: OperationContext,
    project: string,
    id: string,
    { overlapSeconds = defaultOverlapSeconds, expiresAt }: RotationRequest,
  ): Promise<CreatedApiKey> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'key:manage');
    const secret = mintApiKey();
    const now = this.clock.nowMs();
    const apiKey = await this.unitOfWork.run(ctx, async (tx) => {
      const before = await this.lock(tx, projectId, id);
      if (before.revokedAtMs !== null) throw keyRevoked('Make a new API key instead of this one.');
      const after = await this.keys.rotate(tx, before, {
        prefix: apiKeyPrefix(secret),
        keyHash: sha256Hex(secret),
        previousExpiresAtMs: overlapEnd(before, now, overlapSeconds),
        expiresAtMs: parseExpiry(expiresAt, before.expiresAtMs, now),
      });
      this.outbox.record(tx, apiKeyRotated(before, after));
      return after;
    });
    return { apiKey, secret };
  }

  /** Takes effect with the next request. Does nothing to a key that is revoked. */
  async revoke(ctx: OperationContext, project: string, id: string): Promise<void> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'key:manage');
    await this.unitOfWork.run(ctx, async (tx) => {
      const before = await this.lock(tx, projectId, id);
      if (before.revokedAtMs !== null) return;
      this.outbox.record(tx, apiKeyRevoked(before, await this.keys.revoke(tx, before)));
    });
  }

  private async lock(tx: OperationContext, projectId: string, id: string): Promise<ApiKey> {
    const found = isUUID(id) ? await this.keys.lock(tx, projectId, id) : undefined;
    if (found) return found;
    throw notFound('The project has no API key of this id.');
  }
}

/** SECURITY: a secret never works longer than it was given out for, whatever the key expires now. */
function overlapEnd({ expiresAtMs }: ApiKey, nowMs: number, overlapSeconds: number): number {
  const end = nowMs + overlapSeconds * 1000;
  return expiresAtMs === null ? end : Math.min(end, Math.max(nowMs, expiresAtMs));
}
