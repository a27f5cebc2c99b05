import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { boundedFetch, maxAnswerBytes } from './bounded-fetch.js';

const unavailable = { code: 'identity-provider-unavailable', headers: { 'Retry-After': '5' } };

describe('a question to the identity provider', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function ask(answer: RequestListener, method = 'GET', timeoutMs = 5000) {
    const server = createServer(answer);
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    return boundedFetch(`http://127.0.0.1:${port}`, {
      method,
      body: undefined,
      headers: {},
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
  }

  it('is answered whole', async () => {
    const answer = await ask((_, response) => {
      response.setHeader('Content-Type', 'application/json').end('{"a":1}');
    });

    expect(answer.headers.get('Content-Type')).toBe('application/json');
    expect(await answer.json()).toEqual({ a: 1 });
  });

  it('may be answered by the token endpoint that a code is wrong', async () => {
    const answer = await ask((_, response) => {
      response.writeHead(400).end('{"error":"invalid_grant"}');
    }, 'POST');

    expect(answer.status).toBe(400);
  });

  it.each([
    ['GET', 400],
    ['GET', 302],
    ['GET', 204],
    ['GET', 500],
    ['POST', 302],
    ['POST', 404],
    ['POST', 429],
    ['POST', 503],
  ])('has no usable answer when a %s is answered %i', async (method, status) => {
    const asked = ask((_, response) => {
      response.writeHead(status, { Location: '/elsewhere' }).end();
    }, method);

    await expect(asked).rejects.toMatchObject(unavailable);
  });

  it('is given up when the answer does not begin in time, and when it does not end', async () => {
    const silent = ask(() => undefined, 'GET', 50);
    await expect(silent).rejects.toMatchObject(unavailable);
    const endless = ask((_, response) => void response.write('{'), 'GET', 50);
    await expect(endless).rejects.toMatchObject(unavailable);
  });

  it('is given up when the answer is too large, packed or not', async () => {
    const huge = Buffer.alloc(maxAnswerBytes + 1, ' ');
    const plain = ask((_, response) => response.end(huge));
    await expect(plain).rejects.toMatchObject(unavailable);
    const packed = ask((_, response) => {
      response.setHeader('Content-Encoding', 'gzip').end(gzipSync(huge));
    });
    await expect(packed).rejects.toMatchObject(unavailable);
  });

  it('has no answer when nobody listens', async () => {
    const asked = boundedFetch('http://127.0.0.1:1', {
      method: 'GET',
      body: undefined,
      headers: {},
      redirect: 'manual',
    });

    await expect(asked).rejects.toMatchObject(unavailable);
  });
});
