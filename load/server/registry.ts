import { type Answer, HttpClient } from '../../test/support/http-client.js';
import { adminPassword } from './instance.js';

/** Text that makes the answer of a read about 2 KB long. */
export const promptText = 'Summarise the ticket of {{customer}} in one sentence. '.repeat(28);

export const promptContent = (text: string) => ({
  kind: 'text',
  text,
  variables: [{ name: 'customer', type: 'string' }],
});

/** A project with the admin's rights on it, at one instance. */
export class Registry {
  readonly project: string;
  private readonly client: HttpClient;

  private constructor(project: string, client: HttpClient) {
    this.project = project;
    this.client = client;
  }

  /** Makes the project. */
  static async create(url: string, project = 'bench'): Promise<Registry> {
    const client = await HttpClient.logIn(url, { username: 'admin', password: adminPassword });
    const registry = new Registry(project, client);
    await registry.send('POST', '/v1/projects', { name: project });
    return registry;
  }

  /** The same project with a key, which does not expire as a session does. */
  async withKey(...verbs: readonly string[]): Promise<Registry> {
    return new Registry(
      this.project,
      new HttpClient(this.client.url, await this.makeKey(...verbs)),
    );
  }

  /** The same project at another instance, or through a balancer. */
  at(url: string): Registry {
    return new Registry(this.project, this.client.at(url));
  }

  async makeKey(...verbs: readonly string[]): Promise<string> {
    const fields = { name: 'load', verbs: verbs.length === 0 ? ['read'] : verbs };
    const answer = await this.send('POST', `/v1/projects/${this.project}/keys`, fields);
    return (answer.body as { key: string }).key;
  }

  /** A first version is 1.0.0; answers the number. */
  async publish(name: string, text: string, fields: object = {}): Promise<string> {
    const body = { content: promptContent(text), bump: 'auto', ...fields };
    const answer = await this.send('POST', `${this.promptPath(name)}/versions`, body);
    return (answer.body as { version: string }).version;
  }

  async moveLabel(name: string, label: string, version: string): Promise<void> {
    await this.send('PUT', `${this.promptPath(name)}/labels/${label}`, { version });
  }

  promptPath(name: string): string {
    return `/v1/projects/${this.project}/prompts/${encodeURIComponent(name)}`;
  }

  readPath(name: string, selector: string): string {
    return `${this.promptPath(name)}/versions/${encodeURIComponent(selector)}`;
  }

  /** @throws Error for any answer that is not a success */
  async send(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.client.send(method, path, body);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer;
  }
}
