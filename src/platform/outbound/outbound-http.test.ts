import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { getGlobalDispatcher, ProxyAgent, setGlobalDispatcher } from 'undici';
import { parseAllowList } from './allow-list.js';
import { OutboundFailed, OutboundRefused } from './outbound-error.js';
import { OutboundHttp, type Resolve } from './outbound-http.js';

/** A server on loopback that counts who connects, whether or not anything is asked of it. */
class Listener {
  connections = 0;
  readonly requests: { method: string; url: string; headers: object; body: string }[] = [];
  answer: RequestListener = (_request, response) => response.end('hello');

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {
    server.on('connection', () => (this.connections += 1));
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        this.requests.push({ method, url, headers, body });
        this.answer(request, response);
      });
    });
  }

  static async on(address: string, port = 0): Promise<Listener> {
    const server = createServer({ maxHeaderSize: 1 << 20 }).listen(port, address);
    await once(server, 'listening');
    return new Listener(server, (server.address() as AddressInfo).port);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

let home: Listener;
/** The same port on another address of this machine. */
let neighbour: Listener;

beforeAll(async () => {
  home = await Listener.on('127.0.0.1');
  neighbour = await Listener.on('127.0.0.2', home.port);
});

afterAll(async () => {
  await home.close();
  await neighbour.close();
});

beforeEach(() => {
  for (const listener of [home, neighbour]) {
    listener.connections = 0;
    listener.requests.length = 0;
    listener.answer = (_request, response) => response.end('hello');
  }
});

const nothing: Resolve = async (name) => Promise.reject(new Error(`no ${name}`));
const always =
  (...addresses: readonly string[]): Resolve =>
  async () =>
    Promise.resolve(addresses);

function outbound(allowed: string, resolve: Resolve = nothing): OutboundHttp {
  return new OutboundHttp(allowed === '' ? [] : parseAllowList(allowed)!, resolve);
}

/** Says why the call was refused; fails when anything was connected to. */
async function refusal(sent: Promise<unknown>): Promise<string> {
  const error = await sent.then(
    () => new Error('it was answered'),
    (failure: unknown) => failure,
  );
  expect([home.connections, neighbour.connections]).toEqual([0, 0]);
  if (error instanceof OutboundRefused) return error.reason;
  throw error as Error;
}

const get = (url: string) => ({ method: 'GET', url, timeoutMs: 5_000 }) as const;

describe('an outbound call', () => {
  it('sends what it is given and answers what comes back', async () => {
    home.answer = (_request, response) => {
      response.writeHead(201, { 'X-Two': ['a', 'b'] }).end('made');
    };
    const response = await outbound('127.0.0.1').send({
      method: 'POST',
      url: `http://127.0.0.1:${home.port}/hooks?a=1#part`,
      headers: { 'Content-Type': 'application/json' },
      body: '{"é":1}',
    });
    expect(response.status).toBe(201);
    expect(response.headers['x-two']).toEqual(['a', 'b']);
    expect(response.body.toString()).toBe('made');
    expect(home.requests).toMatchObject([
      {
        method: 'POST',
        url: '/hooks?a=1',
        body: '{"é":1}',
        headers: { 'content-type': 'application/json', host: `127.0.0.1:${home.port}` },
      },
    ]);
  });

  it.each(['127.0.0.0/8', '127.0.0.1', 'name.example', '127.0.0.1,unrelated.example'])(
    'reaches a name that resolves inside what %s allows',
    async (allowed) => {
      const http = outbound(allowed, always('127.0.0.1'));
      const { status } = await http.send(get(`http://name.example.:${home.port}/`));
      expect(status).toBe(200);
      expect(home.connections).toBe(1);
    },
  );

  it('uses no proxy of the process, keeps no cookie and reuses no connection', async () => {
    const before = getGlobalDispatcher();
    setGlobalDispatcher(new ProxyAgent(`http://127.0.0.2:${home.port}`));
    home.answer = (_request, response) => response.setHeader('Set-Cookie', 'a=b').end();
    try {
      const http = outbound('127.0.0.1');
      await http.send(get(`http://127.0.0.1:${home.port}/`));
      await http.send(get(`http://127.0.0.1:${home.port}/`));
    } finally {
      setGlobalDispatcher(before);
    }
    expect([home.connections, neighbour.connections]).toEqual([2, 0]);
    for (const { headers } of home.requests) expect(headers).not.toHaveProperty('cookie');
  });

  it.each([301, 302, 303, 307, 308])('reports a %i and never follows it', async (status) => {
    const location = `http://127.0.0.2:${home.port}/`;
    home.answer = (_request, response) => response.writeHead(status, { location }).end();
    const response = await outbound('127.0.0.0/8').send(get(`http://127.0.0.1:${home.port}/`));
    expect(response.status).toBe(status);
    expect(response.headers.location).toBe(location);
    expect([home.connections, neighbour.connections]).toEqual([1, 0]);
  });
});

describe('a private address', () => {
  it.each([
    'https://127.0.0.1',
    'https://127.1',
    'https://2130706433',
    'https://0x7f000001',
    'https://0x7f.0.0.1',
    'https://0177.0.0.1',
    'https://0177.0x0.1',
    'https://127.0.0.1.',
    'https://127。0。0。1',
    'https://①②⑦.⓪.⓪.①',
    'https://１２７.0.0.1',
    'https://%31%32%37.0.0.1',
    'https://0',
    'https://0.0.0.0',
    'https://127.0.0.2',
    'https://169.254.169.254',
    'https://2852039166',
    'https://[::1]',
    'https://[::]',
    'https://[0:0:0:0:0:0:0:1]',
    'https://[::127.0.0.1]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:7f00:1]',
    'https://[::ffff:0:127.0.0.1]',
    'https://[64:ff9b::127.0.0.1]',
    'https://[2002:7f00:1::]',
    'https://[fe80::1]',
    'https://[fd00:ec2::254]',
    'HTTPS:/\\127.0.0.1',
    'https://12\t7.0.0.1',
  ])('is refused however it is written: %s', async (origin) => {
    const url = `${origin}:${home.port}/`;
    expect(await refusal(outbound('').send(get(url)))).toBe('address-not-allowed');
    const plain = url.replace(/^https/i, 'http');
    expect(await refusal(outbound('').send(get(plain)))).toBe('scheme-not-allowed');
  });

  it.each(['localhost', 'localhost.', 'LOCALHOST', 'ⓛocalhost', '%6cocalhost'])(
    'is refused when the system resolves to it: %s',
    async (host) => {
      const http = new OutboundHttp([]);
      expect(await refusal(http.send(get(`https://${host}:${home.port}/`)))).toBe(
        'address-not-allowed',
      );
    },
  );

  it.each([
    [['127.0.0.1']],
    [['1.1.1.1', '127.0.0.1']],
    [['127.0.0.1', '1.1.1.1']],
    [['2606:4700::1', '::1']],
    [['::ffff:127.0.0.1']],
    [['::7f00:1']],
    [['64:ff9b::7f00:1']],
    [['fe80::1%1']],
    [['not an address']],
  ])('is refused when it is one of those of a name: %j', async (addresses) => {
    const http = outbound('', always(...addresses));
    expect(await refusal(http.send(get(`https://name.example:${home.port}/`)))).toBe(
      'address-not-allowed',
    );
  });

  it('is refused beside allowed ones', async () => {
    const http = outbound('127.0.0.1', always('127.0.0.1', '127.0.0.2'));
    expect(await refusal(http.send(get(`https://name.example:${home.port}/`)))).toBe(
      'address-not-allowed',
    );
  });

  it('is refused on another port than the allowed one, and under another name', async () => {
    const http = outbound(`127.0.0.1:1,name.example:${home.port}`, always('127.0.0.1'));
    const urls = [`https://127.0.0.1:${home.port}/`, `https://other.example:${home.port}/`];
    for (const url of urls) expect(await refusal(http.send(get(url)))).toBe('address-not-allowed');
  });

  it.each([
    ['no URL', 'invalid-url'],
    ['', 'invalid-url'],
    ['https://', 'invalid-url'],
    ['https://[fe80::1%25eth0]/', 'invalid-url'],
    ['https://127.0.0.1.5/', 'invalid-url'],
    ['file:///etc/passwd', 'scheme-not-allowed'],
    ['ftp://name.example/', 'scheme-not-allowed'],
    ['unix:/var/run/docker.sock', 'scheme-not-allowed'],
    ['data:text/plain,x', 'scheme-not-allowed'],
    ['https://user@name.example/', 'userinfo-not-allowed'],
    ['https://:password@name.example/', 'userinfo-not-allowed'],
    ['https://name.example:443@127.0.0.1/', 'userinfo-not-allowed'],
    ['https://name.example\\@127.0.0.1/', 'address-not-allowed'],
    ['https://name.example#@1.1.1.1/', 'address-not-allowed'],
  ])('is not reached by an address that is none: %s', async (url, reason) => {
    expect(await refusal(outbound('', always('127.0.0.1')).send(get(url)))).toBe(reason);
  });

  it('is not named by the refusal, nor is what may hold a secret', async () => {
    const http = outbound('', always('10.1.2.3'));
    const sent = http.send(get('https://name.example/hook/t0ken?key=s3cret'));
    const told = await sent.catch((failure: unknown) => inspect(failure));
    expect(told).toContain('name.example');
    expect(told).not.toMatch(/10\.1\.2\.3|t0ken|s3cret/);
  });
});

describe('a name whose addresses change', () => {
  it('is resolved once, and only what was judged is connected to', async () => {
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    let asked = 0;
    const changing: Resolve = async () => Promise.resolve(answers[asked++] ?? ['127.0.0.2']);
    const http = outbound('127.0.0.1', changing);
    const url = `http://name.example:${home.port}/`;

    await http.send(get(url));
    expect([asked, home.connections, neighbour.connections]).toEqual([1, 1, 0]);
    await expect(http.send(get(url))).rejects.toBeInstanceOf(OutboundRefused);
    expect([asked, home.connections, neighbour.connections]).toEqual([2, 1, 0]);
  });

  it('keeps its name in the request, however it was resolved', async () => {
    await outbound('127.0.0.1', always('127.0.0.1')).send(get(`http://name.example:${home.port}/`));
    expect(home.requests[0]?.headers).toMatchObject({ host: `name.example:${home.port}` });
  });
});

describe('an answer', () => {
  const local = () => outbound('127.0.0.1');
  const url = () => `http://127.0.0.1:${home.port}/`;

  async function failure(sent: Promise<unknown>): Promise<string> {
    const error = await sent.catch((reason: unknown) => reason);
    if (error instanceof OutboundFailed) return error.reason;
    throw error as Error;
  }

  it('may have as many bytes as asked for, and not one more', async () => {
    const bytes = Buffer.alloc(1000, 'x');
    for (const send of [
      (response: ServerResponse) => response.setHeader('Content-Length', 1000).end(bytes),
      (response: ServerResponse) => (response.write(bytes.subarray(1)), response.end('x')),
    ]) {
      home.answer = (_request, response) => void send(response);
      const { body } = await local().send({ ...get(url()), maxBytes: 1000 });
      expect(body).toEqual(bytes);
      const tooMany = local().send({ ...get(url()), maxBytes: 999 });
      expect(await failure(tooMany)).toBe('answer-too-large');
    }
  });

  it('without an end stops at 64 KiB', async () => {
    let sent = 0;
    home.answer = (_request, response) => {
      const more = () => {
        sent += 16_384;
        if (!response.destroyed) response.write(Buffer.alloc(16_384), () => setImmediate(more));
      };
      more();
    };
    expect(await failure(local().send(get(url())))).toBe('answer-too-large');
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });

  it('is not unpacked, so that a few bytes cannot become many', async () => {
    home.answer = (_request, response) => {
      response.setHeader('Content-Encoding', 'gzip').end(Buffer.from('1f8b', 'hex'));
    };
    const { body } = await local().send(get(url()));
    expect(body.toString('hex')).toBe('1f8b');
  });

  it.each<[string, RequestListener]>([
    ['never begins', () => undefined],
    ['begins and never goes on', (_request, response) => void response.write('x')],
    [
      'trickles',
      (_request, response) => {
        const timer = setInterval(() => response.write('x'), 5);
        response.on('close', () => {
          clearInterval(timer);
        });
      },
    ],
    [
      'is announced again and again',
      (_request, response) => {
        const timer = setInterval(() => {
          response.writeProcessing();
        }, 5);
        response.on('close', () => {
          clearInterval(timer);
        });
      },
    ],
  ])('that %s ends when the time is over', async (_how, answer) => {
    home.answer = answer;
    const begin = performance.now();
    expect(await failure(local().send({ ...get(url()), timeoutMs: 100 }))).toBe('timeout');
    expect(performance.now() - begin).toBeLessThan(2_000);
  });

  it('that waits for a name that is never resolved ends when the time is over', async () => {
    const never: Resolve = async () => new Promise(() => undefined);
    const sent = outbound('', never).send({ ...get('https://name.example/'), timeoutMs: 50 });
    expect(await failure(sent)).toBe('timeout');
  });

  it.each<[string, RequestListener]>([
    ['has huge headers', (_request, response) => response.setHeader('X', 'x'.repeat(20_000)).end()],
    ['ends too early', (_request, response) => response.socket?.destroy()],
    [
      'ends within its body',
      (_request, response) =>
        response.setHeader('Content-Length', 10).write('x', () => response.socket?.destroy()),
    ],
    ['is not HTTP', (_request, response) => response.socket?.end('SSH-2.0-OpenSSH\r\n')],
    [
      'switches to another protocol',
      (_request, response) =>
        response.socket?.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
        ),
    ],
  ])('that %s is a failure of the call', async (_what, answer) => {
    home.answer = answer;
    expect(await failure(local().send(get(url())))).toBe('connection-failed');
  });

  it('does not come from a port where nobody listens, nor from a name that nobody has', async () => {
    const closed = await Listener.on('127.0.0.1');
    await closed.close();
    const refused = local().send(get(`http://127.0.0.1:${closed.port}/`));
    expect(await failure(refused)).toBe('connection-failed');
    expect(await failure(local().send(get('https://name.example/')))).toBe('unknown-host');
    const empty = outbound('', always());
    expect(await failure(empty.send(get('https://name.example/')))).toBe('unknown-host');
  });
});
