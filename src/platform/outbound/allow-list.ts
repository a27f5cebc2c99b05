import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * What an admin lets the server call although it is not public, or not over TLS: a name, or a
 * network of addresses, each on one port or on all of them.
 */
export type AllowedTarget =
  | { readonly kind: 'name'; readonly name: string; readonly port: number | undefined }
  | {
      readonly kind: 'network';
      readonly network: ReturnType<typeof ipaddr.parseCIDR>;
      readonly port: number | undefined;
    };

export type AllowList = readonly AllowedTarget[];

const entryShape =
  /^(?:\[(?<bracketed>[\da-f:.]+)\]|(?<host>[^\s:/[\]@?#%*]+))(?::(?<port>\d{1,5}))?$/i;
const networkShape = /^(?<address>[\da-f:.]+)(?:\/(?<length>\d{1,3}))?$/i;

/**
 * Reads `name`, `name:port`, `address:port`, `[address]:port`, `address` or `network/length`,
 * separated by commas; undefined when an entry is none of these.
 */
export function parseAllowList(text: string): AllowList | undefined {
  const entries = text.split(',').map((entry) => parseEntry(entry.trim()));
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

function parseEntry(text: string): AllowedTarget | undefined {
  const whole = parseNetwork(text);
  if (whole) return { kind: 'network', network: whole, port: undefined };
  const { bracketed, host, port: digits } = entryShape.exec(text)?.groups ?? {};
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  const network = parseNetwork(bracketed ?? host ?? '');
  if (network) return { kind: 'network', network, port };
  const name = host === undefined ? undefined : canonicalName(host);
  return name === undefined ? undefined : { kind: 'name', name, port };
}

function parseNetwork(text: string): ReturnType<typeof ipaddr.parseCIDR> | undefined {
  const { address = '', length } = networkShape.exec(text)?.groups ?? {};
  const version = isIP(address);
  if (version === 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  return prefix <= bits ? [ipaddr.parse(address), prefix] : undefined;
}

/** As `URL` writes the host, so that an entry and an address to call are compared alike. */
function canonicalName(host: string): string | undefined {
  const url = URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`) : undefined;
  return url && isIP(url.hostname) === 0 ? withoutFinalDot(url.hostname) : undefined;
}

/** `example.org.` is `example.org`. */
export function withoutFinalDot(name: string): string {
  return name.replace(/\.$/, '');
}

export function allowsName(list: AllowList, name: string, port: number): boolean {
  return list.some(
    (entry) => entry.kind === 'name' && entry.name === name && (entry.port ?? port) === port,
  );
}

export function allowsAddress(list: AllowList, address: string, port: number): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  return list.some(
    (entry) =>
      entry.kind === 'network' &&
      (entry.port ?? port) === port &&
      entry.network[0].kind() === parsed.kind() &&
      parsed.match(entry.network),
  );
}

/** Whether any address could be allowed on the port. */
export function allowsSomeNetwork(list: AllowList, port: number): boolean {
  return list.some((entry) => entry.kind === 'network' && (entry.port ?? port) === port);
}
