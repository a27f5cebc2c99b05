import type { Role } from '../../../src/platform/authorization/index.js';
import type { FreshApplication, Method } from '../fresh-application.js';
import type { PromptWorkspace } from '../prompt-workspace.js';
import { type ServedPlugin, servePlugin, testPackage } from './served-plugin.js';

/** The plugin `test/e2e/plugins/dialogue.js`. */
export const dialogue = 'acme.dialogue';

const everybody = ['viewer', 'developer', 'admin'];
const which = { type: 'object', properties: { which: { type: 'string' } }, required: ['which'] };
const manifest = {
  name: dialogue,
  modals: [
    {
      name: 'counter',
      title: 'Counts',
      roles: everybody,
      ttlSeconds: 600,
      idleSeconds: 300,
      actions: [
        {
          name: 'count',
          input: {
            type: 'object',
            properties: {
              word: { type: 'string', maxLength: 20 },
              agreed: { type: 'boolean' },
              size: { type: 'string' },
            },
            additionalProperties: false,
          },
        },
        ...['finish', 'fail', 'hold', 'nowhere'].map((action) => ({ name: action })),
        { name: 'hostile', input: which },
        { name: 'secretly', input: which },
        { name: 'adminOnly', roles: ['admin'] },
      ],
    },
    { name: 'broken', title: 'Broken', roles: everybody, actions: [] },
    { name: 'forDevelopers', title: 'For developers', roles: ['developer'], actions: [] },
  ],
  limits: { wallMs: 10_000 },
};

/** A place where the plugin waits until the test lets it go on. */
export class Gate {
  private readonly arrivals = Promise.withResolvers<undefined>();
  private readonly exits = Promise.withResolvers<null>();

  readonly arrived: Promise<undefined> = this.arrivals.promise;

  pass(): Promise<null> {
    this.arrivals.resolve(undefined);
    return this.exits.promise;
  }

  open(): void {
    this.exits.resolve(null);
  }
}

/** Has the application serve the plugin; another version of it is another build. */
export async function serveDialogue(
  app: FreshApplication,
  gate: Gate,
  version = '1.0.0',
): Promise<ServedPlugin> {
  return servePlugin(app, testPackage('dialogue', { ...manifest, version }), {
    host: (op) => (op === 'kv.get' ? gate.pass() : undefined),
  });
}

/** A user with sessions, of which nobody else has any. */
export class ModalOwner {
  private constructor(
    readonly workspace: PromptWorkspace,
    readonly token: string,
    readonly plugin: string,
  ) {}

  static async in(workspace: PromptWorkspace, role: Role, plugin = dialogue): Promise<ModalOwner> {
    return new ModalOwner(workspace, await workspace.signInAs(role), plugin);
  }

  get modals(): string {
    return `/v1/plugins/${this.plugin}/-/modals`;
  }

  send(method: Method, below: string, body?: object) {
    return this.workspace.app.as(this.token, method, this.modals + below).send(body);
  }

  open(modal = 'counter', project = this.workspace.project) {
    return this.send('post', '', { modal, project });
  }

  async opened(modal = 'counter') {
    return (await this.open(modal).expect(201)).body;
  }

  act(id: string, action: string, expectedVersion: number, input?: unknown) {
    const body = { expectedVersion, ...(input !== undefined && { input }) };
    return this.send('post', `/${id}/actions/${action}`, body);
  }
}
