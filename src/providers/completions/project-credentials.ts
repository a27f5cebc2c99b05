import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { ReadSnapshot } from '../../platform/database/index.js';
import { validationFailed } from '../../platform/errors/index.js';
import { SecretStore } from '../../platform/secrets/index.js';
import type { Provider } from '../catalog/provider.js';
import { ProviderCatalog } from '../catalog/provider-catalog.js';
import { secretPlace } from '../credentials/credential.js';
import { CredentialsRepository } from '../credentials/credentials.repository.js';
import { credentialMissing } from './completions.errors.js';

/** SECURITY: for one call. Kept longer, it would outlive the credential that was deleted. */
export interface ProviderAccess {
  readonly provider: Provider;
  readonly secret: string;
}

/** Which credential of a project a model is called with. */
@Injectable()
export class ProjectCredentials {
  constructor(
    private readonly catalog: ProviderCatalog,
    private readonly credentials: CredentialsRepository,
    private readonly secrets: SecretStore,
    private readonly snapshot: ReadSnapshot,
  ) {}

  /**
   * The newest credential of the provider, so that a new one takes the place of the old at once.
   *
   * @param wanted a slug; without it the one provider that the project has credentials of
   * @throws validation-failed when it is not clear which provider, or promptd knows none of the name
   * @throws credential-missing
   */
  async open(
    ctx: OperationContext,
    project: ProjectRef,
    wanted: string | undefined,
  ): Promise<ProviderAccess> {
    // One moment, or a credential that is deleted meanwhile would look like one that is damaged.
    return this.snapshot.run(ctx, async (tx) => {
      const provider = this.known(wanted ?? (await this.onlyProvider(tx, project)));
      const credential = await this.credentials.findNewest(tx, project.id, provider.slug);
      if (!credential) throw missing(project, provider.slug);
      return { provider, secret: await this.secrets.get(tx, secretPlace(credential)) };
    });
  }

  private known(slug: string): Provider {
    const provider = this.catalog.find(slug);
    if (provider) return provider;
    const slugs = this.catalog.list().map((one) => one.slug);
    throw validationFailed(
      `promptd knows no provider ${JSON.stringify(slug)}; it knows ${slugs.join(', ')}. ` +
        'An operator adds others with PROMPTD_PROVIDERS.',
    );
  }

  private async onlyProvider(tx: OperationContext, project: ProjectRef): Promise<string> {
    const [first, ...others] = await this.credentials.listProviders(tx, project.id);
    if (first === undefined) throw missing(project, 'any provider');
    if (others.length === 0) return first;
    throw validationFailed(
      `The project has credentials of several providers: name one of ${[first, ...others].join(', ')} as provider.`,
    );
  }
}

function missing({ name }: ProjectRef, provider: string) {
  return credentialMissing(
    `The project ${name} has no credential of ${provider}: an admin of the project makes one ` +
      `with POST /v1/projects/${name}/credentials.`,
  );
}
