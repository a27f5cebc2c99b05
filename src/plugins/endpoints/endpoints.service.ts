import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { validationFailed } from '../../platform/errors/index.js';
import { type ActivePlugin, ActivePlugins } from '../catalog/active-plugins.js';
import { callerOf, rolesHeld } from '../host/caller-of.js';
import { PluginHost } from '../host/plugin-host.port.js';
import type { EndpointDeclaration } from '../package/manifest.js';
import { valueFault } from '../package/value-check.js';
import { type EndpointAnswer, endpointAnswer } from './endpoint-answer.js';
import { type EndpointRequest, noSuchPath, unfolded } from './endpoint-request.js';
import { methodNotAllowed } from './endpoints.errors.js';
import { failedCall } from './failed-call.js';
import { matchEndpoint } from './match-endpoint.js';
import { PluginAccess } from './plugin-access.js';

/** What plugins answer. Nothing of it is ever kept. */
@Injectable()
export class EndpointsService {
  constructor(
    private readonly access: PluginAccess,
    private readonly plugins: ActivePlugins,
    private readonly host: PluginHost,
  ) {}

  /**
   * @throws not-found, method-not-allowed, validation-failed, plugin-failed, plugin-timeout,
   * plugin-unavailable
   */
  async call(
    ctx: OperationContext,
    name: string,
    request: EndpointRequest,
  ): Promise<EndpointAnswer> {
    const project = await this.access.requireProject(ctx, request.project, 'plugin:use');
    let judged: ActivePlugin;
    let served = this.find(name, request);
    do {
      judged = served.plugin;
      await this.access.requireRole(ctx, project, served.endpoint.roles);
      // A reload may have replaced it meanwhile. From here to its call nothing is waited for.
      served = this.find(name, request);
    } while (served.plugin !== judged);
    const { plugin, endpoint, params, asked } = served;
    refuseMisfit(endpoint, request.body);
    const { method, path, query, headers, body } = asked;
    const outcome = await plugin.call(
      { kind: 'endpoint', handler: endpoint.handler },
      {
        ...{ method, path, params, query, headers, body },
        project: project.name,
        caller: callerOf(ctx.principal, project),
      },
      this.host.of({ ctx, plugin, project }),
    );
    if (!outcome.ok) throw failedCall(name, outcome);
    const answer = endpointAnswer(name, outcome.value, endpoint.output);
    const ours = headersOf(ctx, plugin, endpoint, project, answer.status);
    return { ...answer, headers: { ...answer.headers, ...ours } };
  }

  /** @throws not-found, method-not-allowed */
  private find(name: string, request: EndpointRequest) {
    const plugin = this.plugins.get(name);
    if (!plugin) throw noSuchPath();
    return { plugin, ...endpointFor(plugin, request) };
  }
}

/**
 * SECURITY: what fits as it was sent is that and nothing else, whatever its method is. Else whoever gets
 * a value into a parameter of a path could choose another endpoint by a slash in it.
 *
 * @throws not-found, method-not-allowed
 */
function endpointFor({ manifest }: ActivePlugin, sent: EndpointRequest) {
  const { endpoints = [] } = manifest;
  const match = (one: EndpointRequest) => matchEndpoint(endpoints, one.method, one.segments);
  let asked: EndpointRequest | undefined = sent;
  let { found, methods } = match(sent);
  if (methods.length === 0) {
    asked = unfolded(sent);
    if (!asked) throw noSuchPath();
    ({ found, methods } = match(asked));
  }
  if (methods.length === 0) throw noSuchPath();
  if (!found) throw otherMethod(methods);
  return { ...found, asked };
}

function otherMethod(methods: readonly string[]) {
  const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return methodNotAllowed('Ask with a method that the header Allow names.', {
    headers: { Allow: allowed.join(', ') },
  });
}

function refuseMisfit({ input }: EndpointDeclaration, body: unknown): void {
  const fault = input && valueFault(input, body);
  if (!fault) return;
  throw validationFailed('The body does not fit the schema that the plugin declares.', {
    errors: [fault],
  });
}

/** Says whose answer it is, and which modal whoever got it may go on with. */
function headersOf(
  { principal }: OperationContext,
  { manifest, unsigned }: ActivePlugin,
  { launchesModal }: EndpointDeclaration,
  project: ProjectRef,
  status: number,
): Record<string, string> {
  const modal = manifest.modals?.find((one) => one.name === launchesModal);
  const held = rolesHeld(principal, project);
  const mayOpen =
    principal.kind === 'user' && status < 300 && modal?.roles.some((role) => held.includes(role));
  return {
    'X-Promptd-Plugin': manifest.name,
    ...(unsigned && { 'X-Promptd-Plugin-Unsigned': 'true' }),
    ...(modal && mayOpen && { 'X-Promptd-Launches-Modal': modal.name }),
  };
}
