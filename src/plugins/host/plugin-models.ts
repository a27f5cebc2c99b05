import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import type { ActivePlugin } from '../catalog/active-plugins.js';
import type { CallTime } from './call-time.js';
import { hostCallFailed } from './host.errors.js';
import { type Completion, type CompletionRequest, HostFunctions } from './host-functions.js';
import { PluginQueues } from './plugin-queues.js';

export interface ModelCall {
  readonly ctx: OperationContext;
  readonly plugin: ActivePlugin;
  readonly project: ProjectRef;
  readonly time: CallTime;
}

/** What plugins ask of models, in the time of their calls and so much at once. */
@Injectable()
export class PluginModels {
  private readonly queues = new PluginQueues();

  constructor(private readonly functions: HostFunctions) {}

  async complete(
    { ctx, plugin, project, time }: ModelCall,
    request: CompletionRequest,
  ): Promise<Completion> {
    return this.queues.run(plugin, async () => {
      const timeoutMs = time.leftMs();
      // Nobody would hear the answer, and the project would pay for it.
      if (timeoutMs === 0) throw hostCallFailed('The time of the call is over.');
      const terms = { plugin: plugin.manifest.name, timeoutMs };
      return this.functions.models.complete(ctx, project, request, terms);
    });
  }
}
