import { Module } from '@nestjs/common';
import { ProviderCatalog } from './catalog/provider-catalog.js';
import { ProvidersController } from './catalog/providers.controller.js';
import { ProvidersService } from './catalog/providers.service.js';
import { CompletionsService } from './completions/completions.service.js';
import { ModelHttp } from './completions/model-http.js';
import { ModelMetrics } from './completions/model-metrics.js';
import { ProjectCredentials } from './completions/project-credentials.js';
import { CredentialsController } from './credentials/credentials.controller.js';
import { CredentialsRepository } from './credentials/credentials.repository.js';
import { CredentialsService } from './credentials/credentials.service.js';

const credentials = [CredentialsRepository, CredentialsService];
const catalog = [ProviderCatalog, ProvidersService];
const completions = [CompletionsService, ModelHttp, ModelMetrics, ProjectCredentials];

/** What the program needs to speak to providers of models. */
@Module({
  controllers: [CredentialsController, ProvidersController],
  providers: [...credentials, ...catalog, ...completions],
})
export class ProvidersModule {}
