import type { Permission } from '../../../src/platform/authorization/index.js';
import { HttpClient, type Json } from '../http-client.js';
import type { FreshApplication } from '../fresh-application.js';
import { newPerson, type Person, somePassword } from '../people.js';
import { uniqueName } from '../prompt-workspace.js';
import type { Caller } from './callers.js';

/** A request as it is sent, with everything in place that it needs to succeed. */
export interface SampleRequest {
  readonly path: string;
  readonly body?: object;
}

/** One row of the matrix: how a route is called so that only the caller's rights decide. */
export interface Sample {
  /** What a caller who is allowed gets. */
  readonly status: number;
  /** Whether the request names a prompt, which a key may be too narrow for. */
  readonly prompt?: true;
  /** Labels that the request names, which a key may be too narrow for. */
  readonly labels?: readonly string[];
  /** Rights that the use case asks for besides the one that the route declares. */
  readonly alsoNeeds?: readonly Permission[];
  /** A list over all projects: whoever is known gets what is theirs. */
  readonly scoped?: true;
  /** Only users succeed, whatever a key's verbs are. */
  readonly usersOnly?: true;
  /** What is asked for is the caller's own, so that each needs one. */
  readonly personal?: true;
  /** Uses up the caller's session, so that each call needs a caller of its own. */
  readonly spendsCaller?: true;
  /** Puts back what an allowed call changed and the next one needs. */
  readonly undo?: (world: World, request: SampleRequest) => Promise<unknown>;
  /** @param project the path of the project that is asked about, `/v1/projects/…` */
  readonly request: (
    world: World,
    project: string,
    caller: Caller,
  ) => SampleRequest | Promise<SampleRequest>;
}

/** Two projects, somebody who may do everything, and ways to make what a request needs. */
export class World {
  private constructor(
    readonly url: string,
    readonly admin: HttpClient,
    /** The path of the project that the callers belong to. */
    readonly home: string,
    /** The path of one that they do not belong to. */
    readonly foreign: string,
    /** An instance admin besides the one above. */
    readonly author: Person,
  ) {}

  static async create(app: FreshApplication): Promise<World> {
    const { url } = app;
    const admin = new HttpClient(url, app.admin.token);
    const author = await newPerson(app, uniqueName('author'), { instanceAdmin: true });
    const [home, foreign] = [uniqueName('home'), uniqueName('foreign')];
    const world = new World(url, admin, `/v1/projects/${home}`, `/v1/projects/${foreign}`, author);
    for (const name of [home, foreign]) await world.make('/v1/projects', { name });
    return world;
  }

  /** Creates something as an instance admin. */
  async make(path: string, body: object = {}): Promise<Json> {
    const answer = await this.admin.send('POST', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** The path of a new prompt with two versions and the label `stable` on the first. */
  async prompt(project: string): Promise<string> {
    const path = `${project}/prompts/${encodeURIComponent(`matrix/${uniqueName('prompt')}`)}`;
    await this.publish(path, '1.0.0', ['stable']);
    await this.publish(path, '1.0.1', []);
    return path;
  }

  async publish(prompt: string, version: string, labels: readonly string[]): Promise<void> {
    const content = { kind: 'text', text: `This is ${version}.` };
    await this.make(`${prompt}/versions`, { content, version, labels });
  }

  async user(): Promise<{ readonly id: string; readonly username: string }> {
    const username = uniqueName('user');
    return this.make('/v1/users', { username, password: somePassword }) as Promise<{
      id: string;
      username: string;
    }>;
  }

  async member(project: string): Promise<string> {
    const { username } = await this.user();
    await this.admin.send('PUT', `${project}/members/${username}`, { role: 'viewer' });
    return username;
  }

  async project(): Promise<string> {
    const { name } = await this.make('/v1/projects', { name: uniqueName('project') });
    return `/v1/projects/${String(name)}`;
  }
}
