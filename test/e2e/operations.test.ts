import { randomUUID } from 'node:crypto';
import request from 'supertest';
import packageJson from '../../package.json' with { type: 'json' };
import { ReadService } from '../../src/delivery/reads/read.service.js';
import { AccessLog } from '../../src/platform/telemetry/index.js';
import { problem } from '../support/expect-problem.js';
import {
  adminCredentials,
  freshApplication,
  type FreshApplication,
} from '../support/fresh-application.js';
import type { Json } from '../support/http-client.js';

describe('what an operator sees', () => {
  let app: FreshApplication;
  beforeAll(async () => {
    app = await freshApplication({ LOG_LEVEL: 'trace' });
  });
  afterAll(() => app.close());

  const anonymously = (path: string) => app.as(null, 'get', path);
  const entries = () => {
    app.application.nest.get(AccessLog).flush();
    return app.log.map((line): Json => JSON.parse(line));
  };

  it('is whether the process lives, is ready, and how each part of it is', async () => {
    const healthy = { status: 'ok', checks: { database: 'ok', process: 'ok' } };

    expect((await anonymously('/live').expect(200)).body).toEqual({ status: 'ok' });
    const ready = await anonymously('/ready').expect(200);
    expect(ready.body).toEqual(healthy);
    expect(ready.headers['cache-control']).toBe('no-store');
    expect((await anonymously('/health').expect(200)).body).toEqual(healthy);
  });

  it('is why a request failed, of which the caller hears nothing but its id', async () => {
    const reads = app.application.nest.get(ReadService, { strict: false });
    const read = jest.spyOn(reads, 'read').mockRejectedValueOnce(new Error('a fault of ours'));

    const path = '/v1/projects/any/prompts/p/versions/latest';
    const answer = await app.asAdmin('get', path).expect(problem(500, 'internal'));
    read.mockRestore();

    expect(answer.text).not.toContain('a fault of ours');
    expect(entries()).toContainEqual(
      expect.objectContaining({
        level: 'error',
        requestId: answer.headers['x-request-id'],
        err: expect.objectContaining({ message: 'a fault of ours', stack: expect.any(String) }),
      }),
    );
  });

  it('is which program runs', async () => {
    expect((await anonymously('/v1/version').expect(200)).body).toEqual({
      name: 'promptd',
      version: packageJson.version,
      node: process.version,
    });
  });

  it('is how long requests took, by route and never by path', async () => {
    await app.asAdmin('get', '/v1/projects/measured-project/prompts/measured%2Fprompt');
    await app.asAdmin('get', '/measured-nowhere');

    const { text, headers } = await anonymously('/metrics').expect(200);

    expect(headers['content-type']).toMatch(/^text\/plain; version=/);
    expect(text).toMatch(
      /promptd_http_request_duration_seconds_count\{method="GET",route="\/v1\/projects\/:project\/prompts\/:name",status="404"\} 1/,
    );
    expect(text).toContain('route="unmatched"');
    expect(text).toContain('promptd_process_cpu_seconds_total');
    expect(text).toMatch(/^promptd_read_cache_bytes \d+$/m);
    expect(text).toMatch(/^promptd_change_feed_unconfirmed_seconds [01]\.\d+$/m);
    expect(text).not.toContain('measured');
  });

  it('is what a problem code means, where the type of a problem points to', async () => {
    const { body } = await app.asAdmin('get', '/v1/projects/nowhere').expect(404);

    const page = await anonymously(body.type).expect(200);

    expect(page.body).toEqual({ code: body.code, status: body.status, title: body.title });
    await anonymously('/problems/no-such-code').expect(404);
    const all = await anonymously('/problems').expect(200);
    expect(all.body.items).toContainEqual(page.body);
  });

  it('is one line in the log for each request, found by the id that the caller gave', async () => {
    const id = `caller:${randomUUID()}`;

    const answer = await app
      .asAdmin('get', '/v1/projects?limit=7')
      .set('X-Request-Id', id)
      .expect(200);

    expect(answer.headers['x-request-id']).toBe(id);
    const lines = entries().filter(({ requestId, msg }) => requestId === id && msg === 'request');
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        method: 'GET',
        route: '/v1/projects',
        path: '/v1/projects',
        status: 200,
        durationMs: expect.any(Number),
        ip: '127.0.0.1',
      }),
    ]);
  });

  it.each(['has spaces', 'x'.repeat(129), '"}{"', 'a,b'])(
    'is an id of our own where the caller gave %j',
    async (given) => {
      const answer = await anonymously('/live').set('X-Request-Id', given);

      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      const problem = await anonymously('/nowhere').set('X-Request-Id', given).expect(404);
      expect(problem.body.instance).toBe(`urn:request:${problem.headers['x-request-id']}`);
    },
  );

  it('is never a secret, however much is logged', async () => {
    const login = await request(app.http).post('/v1/auth/login').send(adminCredentials).expect(200);
    const wrong = 'hunter2 typed wrong';
    await request(app.http).post('/v1/auth/login').send({ username: 'admin', password: wrong });
    const refreshed = await request(app.http)
      .post('/v1/auth/refresh')
      .send({ refreshToken: login.body.refreshToken })
      .expect(200);
    await app.asAdmin('post', '/v1/projects').send({ name: 'logged' }).expect(201);
    const made = await app.asAdmin('post', '/v1/projects/logged/keys').send({ name: 'k' });
    const cookie = 'session=hunter2-in-a-cookie';
    const bearer = (token: string) =>
      app.as(token, 'get', '/v1/projects/logged/prompts').set('Cookie', cookie);
    await bearer(String(made.body.key)).expect(200);
    await bearer('pdk_hunter2forged').expect(401);
    const published = 'hunter2 in a prompt';
    const at = '/v1/projects/logged/prompts/p/versions';
    const content = { kind: 'text', text: published };
    await app.asAdmin('post', at).send({ content, version: '1.0.0' }).expect(201);
    await app.asAdmin('post', at).send({ content, version: 'hunter2' }).expect(400);
    await app.asAdmin('get', `${at}/latest?digest=hunter2-in-a-query`).expect(400);

    const log = app.log.join('');
    expect(log).toContain('/v1/auth/login');
    for (const secret of [
      adminCredentials.password,
      wrong,
      login.body.accessToken,
      login.body.refreshToken,
      refreshed.body.accessToken,
      refreshed.body.refreshToken,
      made.body.key,
      'hunter2',
    ]) {
      expect(log).not.toContain(secret);
    }
  });
});

describe('where a request came from', () => {
  const claimed = '203.0.113.7';

  async function loggedAddress(environment: Readonly<Record<string, string>>): Promise<unknown> {
    const app = await freshApplication(environment);
    await app.as(null, 'get', '/v1/version').set('X-Forwarded-For', claimed).expect(200);
    await app.close();
    const lines = app.log.map((line): Json => JSON.parse(line));
    return lines.find(({ route }) => route === '/v1/version')?.ip;
  }

  it('is what its connection says, whatever it claims', async () => {
    expect(await loggedAddress({})).not.toBe(claimed);
  });

  it('is what a trusted proxy says', async () => {
    const PROMPTD_TRUST_PROXY = '127.0.0.1, ::1, ::ffff:127.0.0.1';
    expect(await loggedAddress({ PROMPTD_TRUST_PROXY })).toBe(claimed);
  });
});
