import { OutboxRepository, type RecordedEvent } from '../../src/platform/events/index.js';
import { systemContext } from '../../src/platform/authorization/index.js';
import { BackgroundWrites } from '../../src/access/background-writes.js';
import request from 'supertest';
import type { FreshApplication } from './fresh-application.js';

export const somePassword = 'a password for tests';

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly token: string;
  readonly refreshToken: string;
}

/** What a login answers; fails the test when it does not succeed. */
export async function logIn(app: FreshApplication, username: string, password = somePassword) {
  const { body } = await request(app.http)
    .post('/v1/auth/login')
    .send({ username, password })
    .expect(200);
  return body as { accessToken: string; refreshToken: string };
}

/** A user who has signed in and may keep the password. */
export async function newPerson(
  app: FreshApplication,
  username: string,
  { instanceAdmin = false, mustChangePassword = false } = {},
): Promise<Person> {
  const { body } = await app
    .asAdmin('post', '/v1/users')
    .send({ username, password: somePassword, instanceAdmin, mustChangePassword })
    .expect(201);
  const { accessToken, refreshToken } = await logIn(app, username);
  return { id: String(body.id), username, token: accessToken, refreshToken };
}

/** A user with a role in a project. */
export async function newMember(
  app: FreshApplication,
  project: string,
  role: 'viewer' | 'developer' | 'admin',
  username = `${project}-${role}`,
): Promise<Person> {
  const person = await newPerson(app, username);
  await app
    .asAdmin('put', `/v1/projects/${project}/members/${username}`)
    .send({ role })
    .expect(200);
  return person;
}

/** Answers the project's id. */
export async function newProject(app: FreshApplication, name: string): Promise<string> {
  const { body } = await app.asAdmin('post', '/v1/projects').send({ name }).expect(201);
  return String(body.id);
}

/** Every event of a project so far, those that are written in the background included. */
export async function eventsOf(
  { application: { nest } }: FreshApplication,
  projectId: string,
): Promise<readonly RecordedEvent[]> {
  await nest.get(BackgroundWrites, { strict: false }).drained();
  return nest
    .get(OutboxRepository, { strict: false })
    .listAfter(systemContext('test'), projectId, 0, 10_000);
}
