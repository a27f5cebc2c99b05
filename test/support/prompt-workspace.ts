import { randomBytes } from 'node:crypto';
import type { Test } from 'supertest';
import { systemContext } from '../../src/platform/authorization/index.js';
import { OutboxRepository, type RecordedEvent } from '../../src/platform/events/index.js';
import type { FreshApplication, Method } from './fresh-application.js';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** A project of its own for one test, so that tests share an application and nothing else. */
export class PromptWorkspace {
  private constructor(
    readonly app: FreshApplication,
    readonly project: string,
    private readonly projectId: string,
  ) {}

  static async create(app: FreshApplication): Promise<PromptWorkspace> {
    const name = uniqueName('project');
    const made = await app.asAdmin('post', '/v1/projects').send({ name }).expect(201);
    return new PromptWorkspace(app, name, String(made.body.id));
  }

  /** @param path below the project, such as `/prompts` */
  request(method: Method, path: string, token: string | null = this.app.admin.token): Test {
    return this.app.as(token, method, `/v1/projects/${this.project}${path}`);
  }

  /** The answer to a request about one prompt. */
  prompt(method: Method, name: string, below = '', token?: string | null): Test {
    return this.request(method, `/prompts/${encodeURIComponent(name)}${below}`, token);
  }

  async create(name: string, fields: object = {}) {
    const made = await this.request('post', '/prompts').send({ name, ...fields });
    if (made.status !== 201) throw new Error(made.text);
    return made.body;
  }

  async publish(name: string, version: string, fields: object = {}) {
    const content = { kind: 'text', text: `This is ${name}@${version}.` };
    const body = { content, version, ...fields };
    const published = await this.prompt('post', name, '/versions').send(body);
    if (published.status !== 201) throw new Error(published.text);
    return published.body;
  }

  /** The token of a new user who has the role in the project. */
  async signInAs(role: 'viewer' | 'developer' | 'admin'): Promise<string> {
    const { username, token } = await signInNewUser(this.app);
    await this.addMember(username, role);
    return token;
  }

  async addMember(username: string, role: 'viewer' | 'developer' | 'admin'): Promise<void> {
    await this.request('put', `/members/${username}`).send({ role }).expect(200);
  }

  async makeKey(fields: object): Promise<string> {
    const made = await this.request('post', '/keys').send({ name: 'test', ...fields });
    if (made.status !== 201) throw new Error(made.text);
    return String(made.body.key);
  }

  /** What was announced about prompts and versions of the project, oldest first. */
  async promptEvents(): Promise<readonly RecordedEvent[]> {
    const outbox = this.app.application.nest.get(OutboxRepository);
    const events = await outbox.listAfter(systemContext('test'), this.projectId, 0, 10_000);
    return events.filter(({ type }) => type.startsWith('prompt.'));
  }
}

export async function signInNewUser(app: FreshApplication) {
  const username = uniqueName('user');
  const password = 'correct horse battery staple';
  await app
    .asAdmin('post', '/v1/users')
    .send({ username, password, mustChangePassword: false })
    .expect(201);
  const login = await app
    .as(null, 'post', '/v1/auth/login')
    .send({ username, password })
    .expect(200);
  return { username, token: String(login.body.accessToken) };
}

/**
 * Every item of a list, in pages of two unless the query says how large, each of which must tell the
 * same total: as many as there are over all pages.
 */
export async function listEverything(
  app: FreshApplication,
  path: string,
  query: Query = {},
  token = app.admin.token,
) {
  const items = [];
  const limit = Number(query.limit ?? 2);
  const totals = new Set<number>();
  let cursor: string | null = null;
  do {
    const page = await app
      .as(token, 'get', path)
      .query({ ...query, limit, total: true, ...(cursor !== null && { cursor }) });
    if (page.status !== 200) throw new Error(page.text);
    items.push(...page.body.items);
    totals.add(page.body.total);
    cursor = page.body.nextCursor;
    if (cursor !== null && page.body.items.length !== limit) throw new Error('a page has a gap');
  } while (cursor !== null);
  expect([...totals]).toEqual([items.length]);
  return items;
}

export function uniqueName(kind: string): string {
  return `${kind}-${randomBytes(6).toString('hex')}`;
}
