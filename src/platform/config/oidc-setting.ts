import { type Role, roles } from '../authorization/index.js';

/** What the members of a group are: an instance admin, or something in one project. */
export type GroupGrant = 'instance-admin' | { readonly project: string; readonly role: Role };

/** By the name of the group, as the identity provider writes it. */
export type GroupGrants = ReadonlyMap<string, readonly GroupGrant[]>;

/** OpenID Connect Core, 2: an issuer has no query and no fragment. It is part of a unique key. */
const maxIssuerLength = 255;

/** An issuer that discovery can start from, as it was written: providers compare it as text. */
export function parseIssuer(text: string): string | undefined {
  const url = plainUrl(text);
  // openid-client takes a URL of the metadata itself for one whose issuer need not be compared.
  const isIssuer = url?.search === '' && !url.pathname.includes('/.well-known/');
  return isIssuer && text.length <= maxIssuerLength ? text : undefined;
}

/**
 * Callback addresses, separated by commas, each exactly as it will be sent: a provider compares
 * them by character (RFC 9700, 4.1.3). A query is not allowed, because the answer arrives in it.
 */
export function parseRedirectUris(text: string): readonly string[] | undefined {
  const uris = text.split(',').map((uri) => uri.trim());
  const areExact = uris.every((uri) => {
    const url = plainUrl(uri);
    return url?.href === uri && url.search === '';
  });
  return areExact ? uris : undefined;
}

/** Scopes separated by spaces; without `openid` no identity would be asked for. */
export function parseScopes(text: string): string | undefined {
  const isList = /^[!#-[\]-~]+(?: [!#-[\]-~]+)*$/.test(text);
  return isList && text.split(' ').includes('openid') ? text : undefined;
}

/** `{"group": ["instance-admin", "project:role"]}` */
export function parseGroupGrants(text: string): GroupGrants | undefined {
  const json = parseJson(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const entries = Object.entries(json).map(([group, list]: [string, unknown]) => {
    const grants = Array.isArray(list) ? list.map(parseGrant) : [undefined];
    return [group, grants] as const;
  });
  const isValid = (entry: (typeof entries)[number]): entry is [string, GroupGrant[]] =>
    entry[1].every((grant) => grant !== undefined);
  return entries.every(isValid) ? new Map(entries) : undefined;
}

function parseGrant(text: unknown): GroupGrant | undefined {
  if (text === 'instance-admin') return text;
  if (typeof text !== 'string') return undefined;
  const [project = '', name, ...more] = text.split(':');
  const role = roles.find((candidate) => candidate === name);
  return project !== '' && role !== undefined && more.length === 0 ? { project, role } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** SECURITY: without TLS codes and tokens could be read on their way; loopback never leaves. */
function plainUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.username === '' && url.password === '' && url.hash === '';
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  return isPlain && isSafe ? url : undefined;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
