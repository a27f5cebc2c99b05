import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { parseAllowList } from './allow-list.js';
import { OutboundHttp } from './outbound-http.js';
import { selfSigned } from './self-signed.fake.js';

const trusted = getCACertificates('default');
const certificate = selfSigned('hooks.example');
const http = new OutboundHttp(parseAllowList('127.0.0.1')!, async () =>
  Promise.resolve(['127.0.0.1']),
);
let server: Server;
const asked: (string | undefined)[] = [];

beforeAll(async () => {
  server = createServer(certificate, (request, response) => {
    asked.push(request.headers.host);
    response.end('over TLS');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

beforeEach(() => {
  asked.length = 0;
});

afterAll(async () => {
  setDefaultCACertificates(trusted);
  server.close();
  await once(server, 'close');
});

const call = (host: string) => {
  const { port } = server.address() as AddressInfo;
  return http.send({ method: 'GET', url: `https://${host}:${port}/`, timeoutMs: 5_000 });
};

describe('a call over https', () => {
  it('reaches whoever proves the name, although it connects to an address', async () => {
    setDefaultCACertificates([...trusted, certificate.cert]);
    const { body } = await call('hooks.example');
    expect(body.toString()).toBe('over TLS');
    expect(asked).toEqual([expect.stringMatching(/^hooks\.example:/)]);
  });

  it.each(['other.example', '127.0.0.1'])('fails for another name: %s', async (host) => {
    setDefaultCACertificates([...trusted, certificate.cert]);
    await expect(call(host)).rejects.toMatchObject({
      reason: 'connection-failed',
      message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
    expect(asked).toEqual([]);
  });

  it('fails for a certificate that nobody vouches for', async () => {
    setDefaultCACertificates(trusted);
    await expect(call('hooks.example')).rejects.toMatchObject({ reason: 'connection-failed' });
    expect(asked).toEqual([]);
  });
});
