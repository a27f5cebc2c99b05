import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import {
  type OperationContext,
  Policy,
  type ProjectRef,
} from '../../platform/authorization/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import { MonotonicClock } from '../../platform/time/index.js';
import {
  type Completion,
  type CompletionRequest,
  type CompletionTerms,
  HostFunctions,
  type ModelFunctions,
} from '../../plugins/index.js';
import { completionFailed } from './completions.errors.js';
import { ModelHttp } from './model-http.js';
import { ModelMetrics } from './model-metrics.js';
import type { ModelOutcome } from './model-outcome.js';
import { ProjectCredentials } from './project-credentials.js';

/** Has models answer, with the credentials of projects. */
@Injectable()
export class CompletionsService implements ModelFunctions, OnModuleInit {
  constructor(
    private readonly functions: HostFunctions,
    private readonly policy: Policy,
    private readonly credentials: ProjectCredentials,
    private readonly models: ModelHttp,
    private readonly metrics: ModelMetrics,
    private readonly clock: MonotonicClock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.functions.offerModels(this);
  }

  /** @throws validation-failed, credential-missing, completion-failed, and what the policy throws */
  async complete(
    ctx: OperationContext,
    { name }: ProjectRef,
    request: CompletionRequest,
    { plugin, timeoutMs }: CompletionTerms,
  ): Promise<Completion> {
    const project = await this.policy.requireProject(ctx, name, 'model:call');
    const { provider, secret } = await this.credentials.open(ctx, project, request.provider);
    const startedAtMs = this.clock.nowMs();
    const outcome = await this.models.call(provider, secret, request, timeoutMs);
    const durationMs = this.clock.nowMs() - startedAtMs;
    this.metrics.countCall(provider.slug, outcome.kind, durationMs);
    this.tell(ctx, outcome, { provider: provider.slug, project: name, plugin, durationMs });
    if (outcome.kind !== 'ok') throw completionFailed(outcome.detail);
    return outcome.completion;
  }

  /** SECURITY: who called what, how it ended and what it cost; nothing of what was said. */
  private tell(
    { requestId }: OperationContext,
    outcome: ModelOutcome,
    about: Readonly<Record<string, string | number>>,
  ): void {
    const usage = outcome.kind === 'ok' ? outcome.completion.usage : null;
    this.logger.info({ requestId, ...about, outcome: outcome.kind, ...usage }, 'called a model');
  }
}
