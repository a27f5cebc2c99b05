import { join } from 'node:path';
import {
  type ActivePlugin,
  ActivePlugins,
  type CallOutcome,
  type HostCall,
  limitsOf,
  PluginHost,
  type PluginPackage,
  readPackage,
  RunnerProcess,
  type Target,
} from '../../src/plugins/index.js';
import {
  type OperationContext,
  Policy,
  type ProjectPermission,
} from '../../src/platform/authorization/index.js';
import { packageOf } from '../../src/plugins/package/plugin-package.js';
import { ApiKeyAuthenticator } from '../../src/access/api-keys/api-key-authenticator.js';
import { SessionAuthenticator } from '../../src/access/sessions/session-authenticator.js';
import type { FreshApplication } from './fresh-application.js';
import { runnerProgram } from './sandboxed-plugin.js';

const shipped = join(import.meta.dirname, '..', '..', 'plugins');

/** A plugin that serves in an application of the test, in a real runner process. */
export interface HostedPlugin {
  readonly active: ActivePlugin;
  readonly runner: RunnerProcess;
  /** Calls one of its endpoints in somebody's name, answered by the application's own host. */
  ask(
    ctx: OperationContext,
    project: string,
    handler: string,
    body?: unknown,
  ): Promise<CallOutcome>;
  /** Ends it, and takes it out of the application. */
  end(): Promise<void>;
}

/** One of the plugins that come with promptd. */
export async function hostShipped(app: FreshApplication, name: string): Promise<HostedPlugin> {
  return host(app, await readPackage(join(shipped, name)));
}

/** A plugin of one module, whose manifest is what a test says of it. */
export async function hostModule(
  app: FreshApplication,
  name: string,
  manifest: object,
  module: string,
): Promise<HostedPlugin> {
  const whole = {
    ...{ schema: 'promptd/plugin/v1', name, version: '1.0.0', releaseSeq: 1, apiVersion: 1 },
    ...{ engines: { promptd: '*' }, entry: 'index.js', publisher: 'test', capabilities: [] },
    ...manifest,
  };
  const files = { 'plugin.json': JSON.stringify(whole), 'index.js': module };
  const bytes = Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const);
  return host(app, packageOf(name, new Map(bytes)));
}

/** An endpoint `call` that does one operation of the host, and tells what came of it. */
export const oneCallModule = `
  import { definePlugin, registry } from 'promptd:api';
  const at = (name) => name.split('.').reduce((value, key) => value[key], registry);
  const settled = async (work) => {
    try { return { answer: await work() }; }
    catch (error) { return { code: error.code, message: error.message }; }
  };
  export default definePlugin({
    endpoints: { call: async ({ body: [name, ...given] }) => settled(() => at(name)(...given)) },
  });
`;

async function host(app: FreshApplication, plugin: PluginPackage): Promise<HostedPlugin> {
  const { nest } = app.application;
  const { manifest, treeDigest } = plugin;
  const limits = limitsOf(manifest.limits);
  const runner = await RunnerProcess.start(
    plugin,
    limits,
    { killed: () => undefined },
    runnerProgram(),
  );
  const nobody: HostCall = () => Promise.reject(new Error('there is no host in init'));
  await runner.call({ kind: 'init' }, null, nobody);
  const active: ActivePlugin = {
    ...{ manifest, treeDigest, granted: manifest.capabilities, unsigned: true },
    call: (target: Target, input: unknown, answers: HostCall, unwanted?: AbortSignal) =>
      runner.call(target, input, answers, unwanted),
  };
  const plugins = nest.get(ActivePlugins);
  plugins.put(active);
  return {
    active,
    runner,
    ask: async (ctx, projectName, handler, body = null) => {
      const serving = plugins.get(manifest.name) ?? active;
      const project = await projectFor(app, ctx, projectName, 'prompt:read');
      const answers = nest.get(PluginHost).of({ ctx, plugin: serving, project });
      return serving.call({ kind: 'endpoint', handler }, { body }, answers);
    },
    end: async () => {
      plugins.remove(manifest.name);
      await runner.stop(0);
    },
  };
}

async function projectFor(
  app: FreshApplication,
  ctx: OperationContext,
  name: string,
  permission: ProjectPermission,
) {
  return app.application.nest.get(Policy).requireProject(ctx, name, permission);
}

/** The context of a request with this credential, as the guard makes it. */
export async function contextFor(app: FreshApplication, token: string): Promise<OperationContext> {
  const { nest } = app.application;
  const anonymous: OperationContext = {
    principal: { kind: 'anonymous' },
    requestId: 'test',
    origin: { ip: null, userAgent: null },
  };
  for (const part of [ApiKeyAuthenticator, SessionAuthenticator]) {
    const principal = await nest.get(part, { strict: false }).authenticate(anonymous, token);
    if (principal) return { ...anonymous, principal };
  }
  throw new Error('nobody has this credential');
}
