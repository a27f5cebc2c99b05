import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { forbidden } from '../../platform/errors/index.js';
import { MonotonicClock } from '../../platform/time/index.js';
import type { Capability } from '../package/manifest.js';
import { limitsOf } from '../runner/runner-limits.js';
import type { HostCall } from '../runner/runner-outcome.js';
import { PluginState } from '../state/plugin-state.js';
import { CallTime } from './call-time.js';
import { checkArgument } from './check-argument.js';
import {
  type CompletionRequest,
  HostFunctions,
  type PageQuery,
  type PromptQuery,
  type Proposal,
} from './host-functions.js';
import { noProject, notGranted, unknownOperation } from './host.errors.js';
import type { OperationName } from './operation-schemas.js';
import { type PluginCall, PluginHost } from './plugin-host.port.js';
import { type FetchRequest, PluginHttp } from './plugin-http.js';
import { PluginModels } from './plugin-models.js';

interface TimedCall extends PluginCall {
  readonly time: CallTime;
}

interface CallInProject extends TimedCall {
  readonly project: ProjectRef;
}

/** One thing that a plugin may ask for. Its argument has been checked when it runs. */
interface Operation {
  readonly capability: Capability;
  /** Where it would call hooks again, or needs somebody to act for. */
  readonly refusedWithin?: readonly PluginCall['within'][];
  readonly run: (call: CallInProject, argument: never) => Promise<unknown>;
}

/**
 * Does for a plugin what it may: the argument has the right shape, the capability was granted, and
 * then it is a use case like any other, which asks the policy in the caller's name. So a plugin can do
 * nothing that its caller could not, and less where it was granted less.
 */
@Injectable()
export class CapabilityBroker extends PluginHost {
  /** SECURITY: a map, in which there is nothing but these: no `constructor`, no `__proto__`. */
  private readonly operations: ReadonlyMap<string, Operation>;

  constructor(
    functions: HostFunctions,
    state: PluginState,
    http: PluginHttp,
    models: PluginModels,
    private readonly clock: MonotonicClock,
  ) {
    super();
    this.operations = new Map<OperationName, Operation>([
      ...promptOperations(functions),
      ...stateOperations(state),
      [
        'http.fetch',
        {
          capability: 'http',
          run: ({ plugin }, request: FetchRequest) => http.fetch(plugin, request),
        },
      ],
      [
        'llm.complete',
        {
          capability: 'llm',
          run: (call, request: CompletionRequest) => models.complete(call, request),
        },
      ],
    ]);
  }

  override of(call: PluginCall): HostCall {
    const { plugin, patienceMs = Infinity } = call;
    const { wallMs } = limitsOf(plugin.manifest.limits);
    const time = new CallTime(this.clock, Math.min(wallMs, patienceMs));
    const bound = { ...call, ctx: contextOf(call.ctx), time };
    return (operation, argument) => this.answer(bound, operation, argument);
  }

  private async answer(call: TimedCall, name: string, argument: unknown): Promise<unknown> {
    call.time.begin();
    if (name === 'session.update') return updateSession(call, argument);
    const operation = this.operations.get(name);
    if (!operation) throw unknownOperation(name);
    checkArgument(name as OperationName, argument);
    const { capability, refusedWithin = [], run } = operation;
    if (!call.plugin.granted.includes(capability)) throw notGranted(name, capability);
    if (call.within !== undefined && refusedWithin.includes(call.within)) {
      throw forbidden(`${name} is not for ${hookOf[call.within]}.`);
    }
    const { project } = call;
    if (!project) throw noProject(name);
    return run({ ...call, project }, argument as never);
  }
}

const hookOf = { veto: 'a hook that others wait for', observer: 'an observer' } as const;

/**
 * SECURITY: nothing of the request but who acts. Its claim is for what the request itself writes, and
 * its transaction is not open while a plugin runs.
 */
function contextOf({ principal, requestId, origin }: OperationContext): OperationContext {
  return { principal, requestId, origin };
}

async function updateSession(call: PluginCall, argument: unknown): Promise<null> {
  checkArgument('session.update', argument);
  if (!call.updateSession) throw forbidden('session.update is for a call of a modal.');
  await call.updateSession(argument);
  return null;
}

function promptOperations(functions: HostFunctions): [OperationName, Operation][] {
  const read = 'prompts:read';
  return [
    [
      'prompts.get',
      {
        capability: read,
        run: ({ ctx, project }, query: PromptQuery) => functions.prompts.get(ctx, project, query),
      },
    ],
    [
      'prompts.list',
      {
        capability: read,
        run: ({ ctx, project }, page: PageQuery) => functions.prompts.list(ctx, project, page),
      },
    ],
    [
      'prompts.versions',
      {
        capability: read,
        run: ({ ctx, project }, query: PageQuery & { name: string }) =>
          functions.prompts.versions(ctx, project, query),
      },
    ],
    [
      'prompts.propose',
      {
        capability: 'prompts:propose',
        refusedWithin: ['veto', 'observer'],
        run: ({ ctx, project, plugin }, proposal: Proposal) => {
          const { name, version } = plugin.manifest;
          return functions.prompts.propose(ctx, project, proposal, `${name}@${version}`);
        },
      },
    ],
    [
      'render',
      {
        capability: 'render',
        refusedWithin: ['veto'],
        run: ({ ctx, project }, query: PromptQuery & { variables: Record<string, unknown> }) =>
          functions.prompts.render(ctx, project, query),
      },
    ],
  ];
}

function stateOperations(state: PluginState): [OperationName, Operation][] {
  return [
    [
      'kv.get',
      {
        capability: 'kv',
        run: ({ ctx, plugin, project }, { key }: { key: string }) =>
          state.get(ctx, placeOf(plugin.manifest, project), key),
      },
    ],
    [
      'kv.set',
      {
        capability: 'kv',
        run: async ({ ctx, plugin, project }, { key, value }: { key: string; value: unknown }) => {
          await state.set(ctx, placeOf(plugin.manifest, project), key, value);
          return null;
        },
      },
    ],
    [
      'kv.delete',
      {
        capability: 'kv',
        run: async ({ ctx, plugin, project }, { key }: { key: string }) => {
          await state.delete(ctx, placeOf(plugin.manifest, project), key);
          return null;
        },
      },
    ],
  ];
}

/** SECURITY: of the call and never of its argument, so that no other plugin and no other project is named. */
function placeOf({ name }: { readonly name: string }, project: ProjectRef) {
  return { plugin: name, project };
}
