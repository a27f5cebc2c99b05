import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient } from './api-client.js';

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const seen: IncomingMessage[] = [];
/** What is answered, one after the other; the last one stays. */
let answers: Answer[] = [];
let server: Server;
let client: ApiClient;

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    response.writeHead(answer?.status ?? 500, answer?.headers).end(answer?.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  client = new ApiClient(`http://127.0.0.1:${port}`, {
    token: async () => Promise.resolve('t0ken'),
  });
});

beforeEach(() => {
  seen.length = 0;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const busy = (status: number, seconds: string): Answer => ({
  status,
  headers: { 'Retry-After': seconds },
  body: JSON.stringify({ code: 'overloaded', detail: 'Come back later.' }),
});

it('sends the token, and a body as JSON', async () => {
  answers = [{ status: 201, body: '{"id":1}' }];
  expect(await client.post('/v1/things', { name: 'a' })).toEqual({ id: 1 });
  expect(seen[0]?.headers).toMatchObject({
    authorization: 'Bearer t0ken',
    'content-type': 'application/json',
  });
});

it('asks again when the server says when to come back', async () => {
  answers = [busy(429, '0'), busy(503, '0'), { status: 200, body: '{}' }];
  expect(await client.get('/')).toEqual({});
  expect(seen).toHaveLength(3);
});

it('gives up after six attempts', async () => {
  answers = [busy(503, '0')];
  await expect(client.get('/')).rejects.toThrow('overloaded: Come back later.');
  expect(seen).toHaveLength(6);
});

it.each(['61', 'Wed, 21 Oct 2026 07:28:00 GMT'])('does not wait until %s', async (seconds) => {
  answers = [busy(429, seconds)];
  await expect(client.get('/')).rejects.toThrow('overloaded: Come back later.');
  expect(seen).toHaveLength(1);
});

it('shows the code, the detail and the fields of a refusal', async () => {
  const errors = [{ pointer: '/name', code: 'is-string', detail: 'must be a string' }];
  const problem = { code: 'validation-failed', detail: 'Some fields are wrong.', errors };
  answers = [{ status: 400, body: JSON.stringify(problem) }];
  await expect(client.post('/', {})).rejects.toMatchObject({
    status: 400,
    code: 'validation-failed',
    message: 'validation-failed: Some fields are wrong.\n  /name: must be a string',
  });
});

it('tells the status of an answer that is no problem document', async () => {
  answers = [{ status: 502, body: '<html>Bad Gateway</html>' }];
  await expect(client.get('/')).rejects.toThrow('http-502: the server gave no reason');
});

it('finds nothing where there is nothing', async () => {
  answers = [{ status: 404, body: '{}' }];
  expect(await client.find('/')).toBeUndefined();
});

it('follows no redirect, which could lead a password elsewhere', async () => {
  answers = [{ status: 307, headers: { Location: 'http://127.0.0.1:1/' } }];
  await expect(client.command('PUT', '/', {})).rejects.toThrow(/^no answer from http/);
  expect(seen).toHaveLength(1);
});
