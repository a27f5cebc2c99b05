import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import type { AllowList } from './allow-list.js';
import { OutboundFailed } from './outbound-error.js';
import {
  type OutboundTarget,
  outboundTarget,
  refuseByItself,
  refuseUnlessAllowed,
} from './outbound-target.js';

export interface OutboundRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For everything: the name, the connection and the whole answer. 10 seconds by default. */
  readonly timeoutMs?: number;
  /** Of the answer's body, as it comes over the wire. 64 KiB by default. */
  readonly maxBytes?: number;
}

/** Any answer, whatever its status: a redirect is reported and never followed. */
export interface OutboundResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** Answers every address of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

const systemResolve: Resolve = async (name) => {
  const found = await lookup(name, { all: true, order: 'verbatim' });
  return found.map(({ address }) => address);
};

const defaultTimeoutMs = 10_000;
const defaultMaxBytes = 64 * 1024;
const maxHeaderBytes = 16 * 1024;

/**
 * Calls to addresses that users and admins configure. It cannot be led anywhere that the server
 * alone can reach: a target is https, its name is resolved once, every address of it must be public,
 * and only these addresses are connected to. What PROMPTD_OUTBOUND_ALLOW names may be private and
 * plain http. No redirect is followed, no proxy of the environment used, and no cookie kept.
 */
export class OutboundHttp {
  constructor(
    private readonly allowed: AllowList,
    private readonly resolve: Resolve = systemResolve,
  ) {}

  /**
   * For an address that is to be called later: refuses what its text alone shows that no call may
   * go to. Every call judges again, by where the name leads then.
   *
   * @throws OutboundRefused
   */
  refuseUncallable(url: string): void {
    refuseByItself(outboundTarget(url), this.allowed);
  }

  /**
   * @throws OutboundRefused before any connection, when the target may not be called
   * @throws OutboundFailed when there was no whole answer in time and size
   */
  async send(request: OutboundRequest): Promise<OutboundResponse> {
    const target = outboundTarget(request.url);
    const timeoutMs = request.timeoutMs ?? defaultTimeoutMs;
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const addresses = await this.addressesOf(target, deadline);
      refuseUnlessAllowed(target, addresses, this.allowed);
      return await exchange(request, target, addresses, deadline);
    } catch (error) {
      throw deadline.aborted ? tooSlow(target, timeoutMs, error) : error;
    }
  }

  private async addressesOf(
    { host, isAddress }: OutboundTarget,
    deadline: AbortSignal,
  ): Promise<readonly string[]> {
    // SECURITY: no lookup is made for an address in the URL, so it has to be judged as it stands.
    if (isAddress) return [host];
    const addresses = await Promise.race([this.resolve(host), aborted(deadline)]).catch(
      (error: unknown) => {
        throw unknownHost(host, error);
      },
    );
    if (addresses.length === 0) throw unknownHost(host);
    return addresses;
  }
}

/** One request over a connection of its own, to one of these addresses and to no other. */
async function exchange(
  { method, headers, body, maxBytes = defaultMaxBytes }: OutboundRequest,
  { url, host }: OutboundTarget,
  addresses: readonly string[],
  deadline: AbortSignal,
): Promise<OutboundResponse> {
  // Loaded by the first call: it takes a tenth of a second, and most instances never make one.
  const { Client } = await import('undici');
  const client = new Client(url.origin, {
    // SECURITY: a second lookup could answer an address that nobody has judged.
    connect: { lookup: pinnedTo(addresses) },
    allowH2: false,
    maxHeaderSize: maxHeaderBytes,
    maxResponseSize: maxBytes,
  });
  try {
    const answer = await client.request({
      method,
      path: url.pathname + url.search,
      headers: { ...headers },
      body: body ?? null,
      signal: deadline,
    });
    return { status: answer.statusCode, headers: answer.headers, body: await bytesOf(answer) };
  } catch (error) {
    throw failureOf(error, host, maxBytes);
  } finally {
    await client.destroy();
  }
}

function pinnedTo(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  const [first] = all;
  return (_name, options, done) => {
    if (options.all) done(null, all);
    else done(null, first?.address ?? '', first?.family);
  };
}

async function bytesOf({ body }: Dispatcher.ResponseData): Promise<Buffer> {
  return Buffer.from(await body.arrayBuffer());
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('aborted'));
    });
  });
}

function unknownHost(host: string, cause?: unknown): OutboundFailed {
  return new OutboundFailed('unknown-host', `${host} has no address`, { cause });
}

function tooSlow({ host }: OutboundTarget, timeoutMs: number, cause: unknown): OutboundFailed {
  return new OutboundFailed('timeout', `${host} gave no whole answer in ${timeoutMs} ms`, {
    cause,
  });
}

function failureOf(error: unknown, host: string, maxBytes: number): OutboundFailed {
  const { code } = error as { code?: unknown };
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new OutboundFailed('answer-too-large', `${host} answered more than ${maxBytes} bytes`);
  }
  const reason = typeof code === 'string' ? ` (${code})` : '';
  return new OutboundFailed('connection-failed', `the call to ${host} failed${reason}`, {
    cause: error,
  });
}
