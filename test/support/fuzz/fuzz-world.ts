import type { FreshApplication } from '../fresh-application.js';
import { type Person, somePassword } from '../people.js';
import type { ApiOperation } from './api-document.js';
import type { FuzzAnswer } from './fuzz-client.js';
import { FuzzProject, newPeople, type People } from './fuzz-project.js';
import type { Caller } from './fuzz-request.js';

const MAX_IDS = 20;
const nobodysId = '00000000-0000-7000-8000-000000000000';

/** Lists whose ids requests are about. */
const lists = ['keys', 'credentials', 'promotions'];

/**
 * What requests can be about, and people and a key with every kind of right. The requests of a fuzz
 * test wreck it, and `repair` makes what is broken anew. The first admin stays out of their reach.
 */
export class FuzzWorld {
  /** Of things that answers have shown, by the lists that they are in. */
  private readonly ids = new Map<string, string[]>();
  private nextId = 0;
  private cursor = '';
  private isTouched = true;

  private constructor(
    private readonly app: FreshApplication,
    private readonly rootId: string,
    private people: People,
    private project: FuzzProject,
  ) {}

  static async create(app: FreshApplication): Promise<FuzzWorld> {
    const { body } = await app.asAdmin('get', '/v1/auth/me').expect(200);
    const people = await newPeople(app);
    return new FuzzWorld(app, String(body.id), people, await FuzzProject.create(app, people));
  }

  /** Leaves nothing archived, signed out, demoted, revoked or decided. */
  async repair(): Promise<void> {
    if (!this.isTouched) return;
    this.isTouched = false;
    const arePeopleWhole = await this.arePeopleWhole();
    if (!arePeopleWhole) this.people = await newPeople(this.app);
    if (!arePeopleWhole || !(await this.project.isWhole())) {
      this.project = await FuzzProject.create(this.app, this.people);
    }
    await this.project.restock();
    const { admin, developer, viewer } = this.people;
    this.keep('users', [admin, developer, viewer]);
    this.keep('sessions', await this.itemsOf('/v1/auth/sessions'));
    for (const list of lists) {
      this.keep(list, await this.itemsOf(`/v1/projects/${this.project.work.project}/${list}`));
    }
  }

  /** The token that a caller sends; undefined for none. */
  tokenOf(caller: Caller): string | undefined {
    switch (caller) {
      case 'nobody':
        return undefined;
      case 'garbage':
        return 'eyJhbGciOiJub25lIn0.e30.';
      case 'key':
        return this.project.key;
      case 'admin':
      case 'developer':
      case 'viewer':
        return this.people[caller].token;
    }
  }

  /** The text with what exists now in the place of `~…~`. */
  fill(text: string): string {
    return text
      .replaceAll('~project~', this.project.work.project)
      .replaceAll('~viewer~', this.people.viewer.username)
      .replaceAll('~refresh~', this.people.viewer.refreshToken)
      .replaceAll('~password~', somePassword)
      .replaceAll('~cursor~', this.cursor)
      .replaceAll(/~id\.([a-z-]+)~/g, (_, list: string) => this.anyId(list));
  }

  /** Keeps what an answer shows for later requests. */
  learn({ method, path }: ApiOperation, { headers, text }: FuzzAnswer): void {
    if (method !== 'GET') this.isTouched = true;
    if (!headers['content-type']?.startsWith('application/json')) return;
    const answer = JSON.parse(text) as {
      readonly id?: string;
      readonly items?: readonly { readonly id?: string }[];
      readonly nextCursor?: string | null;
    };
    this.cursor = answer.nextCursor ?? this.cursor;
    this.keep(path.split('/').at(-1)!, answer.items ?? [answer]);
  }

  private keep(list: string, items: readonly { readonly id?: string }[]): void {
    const ids = items.flatMap(({ id }) => (id === undefined || id === this.rootId ? [] : [id]));
    this.ids.set(list, [...ids, ...(this.ids.get(list) ?? [])].slice(0, MAX_IDS));
  }

  private anyId(list: string): string {
    const ids = this.ids.get(list) ?? [];
    this.nextId += 1;
    return ids[this.nextId % ids.length] ?? nobodysId;
  }

  private async itemsOf(path: string): Promise<readonly { readonly id: string }[]> {
    const { status, body } = await this.app.as(this.people.admin.token, 'get', path);
    return status === 200 ? body.items : [];
  }

  private async arePeopleWhole(): Promise<boolean> {
    const answers = await Promise.all(
      Object.values(this.people).map(({ token }: Person) =>
        this.app.as(token, 'get', '/v1/auth/me'),
      ),
    );
    const [admin] = answers;
    return answers.every(({ status }) => status === 200) && admin?.body.instanceAdmin === true;
  }
}
