import type { FreshApplication } from '../fresh-application.js';
import { newPerson, type Person } from '../people.js';
import { PromptWorkspace, uniqueName } from '../prompt-workspace.js';
import { queryRaw } from '../written-rows.js';

export interface People {
  readonly admin: Person;
  readonly developer: Person;
  readonly viewer: Person;
}

export async function newPeople(app: FreshApplication): Promise<People> {
  // Wrong passwords came from the address that these people come from.
  await queryRaw(app, 'DELETE FROM rate_limits');
  const [admin, developer, viewer] = await Promise.all([
    newPerson(app, uniqueName('admin'), { instanceAdmin: true }),
    newPerson(app, uniqueName('developer')),
    newPerson(app, uniqueName('viewer')),
  ]);
  return { admin, developer, viewer };
}

/** A project with something of every kind in it. */
export class FuzzProject {
  private constructor(
    readonly work: PromptWorkspace,
    private readonly people: People,
    readonly key: string,
  ) {}

  static async create(app: FreshApplication, people: People): Promise<FuzzProject> {
    const work = await PromptWorkspace.create(app);
    await work.addMember(people.developer.username, 'developer');
    await work.addMember(people.viewer.username, 'viewer');
    const variables = [{ name: 'name', type: 'string', required: false }];
    const content = { kind: 'text', text: 'Hello {{name}}.', variables };
    await work.publish('p', '1.0.0', { content, labels: ['production', 'staging'] });
    await work.publish('p', '1.1.0', { labels: ['production'], policy: 'none' });
    await work.publish('p', '1.2.0');
    await work.publish('folder/q', '1.0.0', { labels: ['production'] });
    const key = await work.makeKey({ verbs: ['read', 'publish', 'label', 'tag', 'yank'] });
    return new FuzzProject(work, people, key);
  }

  /** Puts back what is used up by a single request: a policy, and a promotion that waits. */
  async restock(): Promise<void> {
    const policy = { movers: ['developer'], approvals: 1 };
    await this.work.request('put', '/label-policies/guarded').send(policy);
    for (const version of ['1.0.0', '1.1.0']) {
      const moves = [{ prompt: 'p', label: 'guarded', version }];
      const promotion = this.work.request('post', '/promotions', this.people.developer.token);
      await promotion.send({ moves, reason: 'ready' });
    }
  }

  /** Whether everybody still reads what they may, and nothing is archived. */
  async isWhole(): Promise<boolean> {
    const tokens = [this.key, this.people.developer.token, this.people.viewer.token];
    const answers = await Promise.all(
      tokens.map((token) => this.work.prompt('get', 'p', '/labels/production', token)),
    );
    if (!answers.every(({ status }) => status === 200)) return false;
    const project = await this.work.request('get', '').expect(200);
    const prompt = await this.work.prompt('get', 'p').expect(200);
    return project.body.archived === false && prompt.body.archived === false;
  }
}
