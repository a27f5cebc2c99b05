import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';

/** Where a request came from, as `request.ip` of Fastify says it with the same list of proxies. */
export function clientAddress(
  trusted: readonly string[] | undefined,
): (request: IncomingMessage) => string | null {
  if (!trusted) return ({ socket }) => socket.remoteAddress ?? null;
  const isTrusted = proxyAddr.compile([...trusted]);
  return (request) => proxyAddr(request, isTrusted);
}
