import type { Type } from '@nestjs/common';
import { WebhookDispatcher } from '../../src/delivery/webhooks/webhook-dispatcher.js';
import { WebhookSweep } from '../../src/delivery/webhooks/webhook-sweep.js';
import { systemContext } from '../../src/platform/authorization/index.js';
import { UnitOfWork } from '../../src/platform/database/index.js';
import { Outbox } from '../../src/platform/events/index.js';
import { Clock } from '../../src/platform/time/index.js';
import type { FreshApplication } from './fresh-application.js';
import type { Json } from './http-client.js';
import { PromptWorkspace } from './prompt-workspace.js';
import type { WebhookReceiver } from './webhook-receiver.js';

/** A webhook as it was made, with its secret. */
export interface MadeWebhook {
  readonly id: string;
  readonly secret: string;
}

/** The webhooks of a project of their own, told at a receiver of the test, by a clock of the test. */
export class WebhookWorkspace {
  private readonly made: string[] = [];

  private constructor(
    readonly app: FreshApplication,
    readonly prompts: PromptWorkspace,
    private readonly receiver: WebhookReceiver,
  ) {}

  static async create(app: FreshApplication, receiver: WebhookReceiver) {
    return new WebhookWorkspace(app, await PromptWorkspace.create(app), receiver);
  }

  /** @param path of the receiver */
  async make(path: string, fields: object = {}): Promise<MadeWebhook> {
    const body = { url: this.receiver.url + path, ...fields };
    const made = await this.prompts.request('post', '/webhooks').send(body);
    if (made.status !== 201) throw new Error(made.text);
    const webhook = made.body as MadeWebhook;
    this.made.push(webhook.id);
    return webhook;
  }

  /** For `afterEach`: what is still to be sent would come when another test sets the clock. */
  async end(): Promise<void> {
    for (const id of this.made.splice(0)) {
      await this.prompts.request('delete', `/webhooks/${id}`);
    }
  }

  async get(id: string): Promise<Json> {
    return (await this.prompts.request('get', `/webhooks/${id}`).expect(200)).body;
  }

  async update(id: string, changes: object): Promise<Json> {
    return (await this.prompts.request('patch', `/webhooks/${id}`).send(changes).expect(200)).body;
  }

  /** Oldest event first. */
  async deliveries(id: string, query = ''): Promise<readonly Json[]> {
    const path = `/webhooks/${id}/deliveries?limit=200${query}`;
    const { body } = await this.prompts.request('get', path).expect(200);
    return (body.items as Json[]).toReversed();
  }

  redeliver(id: string, delivery: string) {
    return this.prompts.request('post', `/webhooks/${id}/deliveries/${delivery}/redeliver`);
  }

  /** Sends everything that is due now, or at a time that is set for as long. */
  async send(atMs?: number): Promise<void> {
    await this.at(atMs, () => this.part(WebhookDispatcher).run());
  }

  /** Removes what is of no more use now, or at a time that is set for as long. */
  async sweep(atMs?: number): Promise<void> {
    await this.at(atMs, () => this.part(WebhookSweep).run());
  }

  /** Has so many versions published as far as the outbox knows, all in one revision. */
  async record(count: number, prompt: string): Promise<void> {
    const project = await this.prompts.request('get', '').expect(200);
    await this.part(UnitOfWork).run(systemContext('test'), (tx) => {
      for (let index = 0; index < count; index += 1) {
        this.part(Outbox).record(tx, {
          type: 'prompt.version.published',
          projectId: String(project.body.id),
          subject: { type: 'version', id: `${index}`, name: `${prompt}@1.0.${index}` },
          data: { prompt },
        });
      }
      return Promise.resolve();
    });
  }

  private part<T>(type: Type<T>): T {
    return this.app.application.nest.get(type, { strict: false });
  }

  private async at(atMs: number | undefined, act: () => Promise<void>): Promise<void> {
    const clock = this.part(Clock);
    const set = atMs === undefined ? undefined : jest.spyOn(clock, 'nowMs').mockReturnValue(atMs);
    await act();
    set?.mockRestore();
  }

  /** Sends at the time when the webhook is tried next, which it answers. */
  async sendNext(id: string): Promise<number> {
    const atMs = Date.parse(String((await this.get(id)).nextAttemptAt));
    await this.send(atMs);
    return atMs;
  }
}
