import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import { type CredentialKey, credentialKey } from '../../access/index.js';
import { bearerToken } from '../../platform/http/index.js';
import { type AskedVersion, askedVersion } from './asked-version.js';

interface LastCredential {
  header: string;
  key: CredentialKey;
}

/** So many services with so many prompts; what is longer than any of ours is parsed each time. */
const MAX_URLS = 20_000;
const MAX_URL = 400;

/**
 * What the front worked out of requests and will need again, for clients do the same thing over and
 * over: a connection speaks for one caller, and a service asks for the same few URLs.
 */
export class FrontMemory {
  private readonly credentials = new WeakMap<Socket, LastCredential>();
  private readonly urls = new LRUCache<string, AskedVersion>({ max: MAX_URLS });

  /** By what a caller is known; undefined without a credential that can be one. */
  credentialOf({ headers, socket }: IncomingMessage): CredentialKey | undefined {
    const header = headers.authorization;
    if (header === undefined) return undefined;
    const last = this.credentials.get(socket);
    if (last?.header === header) return last.key;
    const credential = bearerToken(header);
    if (credential === undefined) return undefined;
    const key = credentialKey(credential);
    if (last) Object.assign(last, { header, key });
    else this.credentials.set(socket, { header, key });
    return key;
  }

  /** SECURITY: ask only in the name of a known caller, or strangers decide what is remembered. */
  versionOf(url: string): AskedVersion | undefined {
    const known = this.urls.get(url);
    if (known) return known;
    const asked = askedVersion(url);
    if (asked && url.length <= MAX_URL) this.urls.set(url, asked);
    return asked;
  }
}
