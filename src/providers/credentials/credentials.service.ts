import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { projectArchived } from '../../access/index.js';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { SecretStore } from '../../platform/secrets/index.js';
import { ProviderCatalog } from '../catalog/provider-catalog.js';
import { type Credential, secretPlace } from './credential.js';
import { type CredentialRequest, parseCredentialDraft } from './credential-draft.js';
import { credentialCreated, credentialDeleted } from './credentials.events.js';
import { CredentialsRepository } from './credentials.repository.js';

@Injectable()
export class CredentialsService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly credentials: CredentialsRepository,
    private readonly secrets: SecretStore,
    private readonly providers: ProviderCatalog,
  ) {}

  async list(ctx: OperationContext, project: string, page: PageRequest): Promise<Page<Credential>> {
    const { id } = await this.policy.requireProject(ctx, project, 'credential:manage');
    return this.credentials.list(ctx, id, page);
  }

  /** @throws validation-failed, credential-exists, project-archived */
  async create(
    ctx: OperationContext,
    project: string,
    request: CredentialRequest,
  ): Promise<Credential> {
    const { id, archived } = await this.policy.requireProject(ctx, project, 'credential:manage');
    if (archived) throw projectArchived('Restore the project before making credentials for it.');
    const { secret, ...draft } = parseCredentialDraft(
      request,
      this.providers.list().map(({ slug }) => slug),
    );
    return this.unitOfWork.run(ctx, async (tx) => {
      const created = await this.credentials.insert(tx, { projectId: id, ...draft });
      await this.secrets.put(tx, secretPlace(created), secret);
      this.outbox.record(tx, credentialCreated(created));
      return created;
    });
  }

  /** Removes the secret with it. Possible in an archived project too: a secret must never stay. */
  async delete(ctx: OperationContext, project: string, id: string): Promise<void> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'credential:manage');
    await this.unitOfWork.run(ctx, async (tx) => {
      const credential = isUUID(id) ? await this.credentials.lock(tx, projectId, id) : undefined;
      if (!credential) throw notFound('The project has no credential of this id.');
      await this.secrets.delete(tx, secretPlace(credential));
      await this.credentials.delete(tx, credential);
      this.outbox.record(tx, credentialDeleted(credential));
    });
  }
}
