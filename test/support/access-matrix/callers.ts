import type { Role, Verb } from '../../../src/platform/authorization/index.js';
import { verbs as allVerbs } from '../../../src/platform/authorization/index.js';
import { HttpClient } from '../http-client.js';
import { somePassword } from '../people.js';
import { uniqueName } from '../prompt-workspace.js';
import type { World } from './world.js';

/** What a caller is, as the one who set it up knows it. */
export type Standing =
  | { readonly kind: 'stranger' }
  | {
      readonly kind: 'user';
      readonly instanceAdmin?: true;
      readonly mustChangePassword?: true;
      /** In the home project; a user has none in the foreign one. */
      readonly role?: Role;
    }
  | {
      readonly kind: 'key';
      /** Of the home project. */
      readonly verbs: readonly Verb[];
      readonly prompts?: readonly string[];
      readonly labels?: readonly string[];
    };

export interface Caller {
  readonly client: HttpClient;
  readonly username: string;
  readonly password: string;
}

/** Everybody who calls every route. */
export const standings: Readonly<Record<string, Standing>> = {
  'nobody at all': { kind: 'stranger' },
  'a user without a project': { kind: 'user' },
  'a viewer': { kind: 'user', role: 'viewer' },
  'a developer': { kind: 'user', role: 'developer' },
  'a project admin': { kind: 'user', role: 'admin' },
  'an instance admin': { kind: 'user', instanceAdmin: true },
  'an instance admin who must change the password': {
    ...{ kind: 'user', instanceAdmin: true, mustChangePassword: true },
  },
  ...Object.fromEntries(
    allVerbs.map((verb): [string, Standing] => [
      `a key to ${verb}`,
      { kind: 'key', verbs: [verb] },
    ]),
  ),
  'a key with every verb': { kind: 'key', verbs: allVerbs },
  'a key for other prompts': { kind: 'key', verbs: allVerbs, prompts: ['elsewhere/*'] },
  'a key for other labels': { kind: 'key', verbs: allVerbs, labels: ['elsewhere'] },
};

/** A new caller of this standing, whom nothing that is done to others concerns. */
export async function makeCaller(world: World, standing: Standing): Promise<Caller> {
  const username = uniqueName('caller');
  const password = somePassword;
  switch (standing.kind) {
    case 'stranger':
      return { client: new HttpClient(world.url), username, password };
    case 'key': {
      const { kind, ...reach } = standing;
      const made = await world.make(`${world.home}/keys`, { name: kind, ...reach });
      return { client: new HttpClient(world.url, String(made.key)), username, password };
    }
    case 'user': {
      const { role, ...flags } = standing;
      const { kind: _, ...fields } = { mustChangePassword: false, ...flags };
      await world.make('/v1/users', { username, password, ...fields });
      if (role) await world.admin.send('PUT', `${world.home}/members/${username}`, { role });
      return {
        client: await HttpClient.logIn(world.url, { username, password }),
        username,
        password,
      };
    }
  }
}
