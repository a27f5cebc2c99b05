import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { BoundedQueue } from '../../platform/concurrency/index.js';
import type { ActivePlugin } from '../catalog/active-plugins.js';
import type { CallTime } from './call-time.js';
import { hostCallFailed } from './host.errors.js';
import { type Completion, type CompletionRequest, HostFunctions } from './host-functions.js';

/** Of one plugin, whose calls may end before what they asked for does. */
const MAX_IN_FLIGHT = 10;
const MAX_WAITING = 40;
const MAX_WAIT_MS = 10_000;

export interface ModelCall {
  readonly ctx: OperationContext;
  readonly plugin: ActivePlugin;
  readonly project: ProjectRef;
  readonly time: CallTime;
}

/** What plugins ask of models, in the time of their calls and so much at once. */
@Injectable()
export class PluginModels {
  private readonly queues = new WeakMap<ActivePlugin, BoundedQueue>();

  constructor(private readonly functions: HostFunctions) {}

  async complete(
    { ctx, plugin, project, time }: ModelCall,
    request: CompletionRequest,
  ): Promise<Completion> {
    return this.queueOf(plugin).run(async () => {
      const timeoutMs = time.leftMs();
      // Nobody would hear the answer, and the project would pay for it.
      if (timeoutMs === 0) throw hostCallFailed('The time of the call is over.');
      const terms = { plugin: plugin.manifest.name, timeoutMs };
      return this.functions.models.complete(ctx, project, request, terms);
    });
  }

  private queueOf(plugin: ActivePlugin): BoundedQueue {
    const found = this.queues.get(plugin);
    if (found) return found;
    const made = new BoundedQueue({
      concurrency: MAX_IN_FLIGHT,
      maxWaiting: MAX_WAITING,
      maxWaitMs: MAX_WAIT_MS,
      refusal: () => hostCallFailed('Too many calls of this plugin are under way.'),
    });
    this.queues.set(plugin, made);
    return made;
  }
}
