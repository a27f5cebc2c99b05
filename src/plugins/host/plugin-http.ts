import { Injectable } from '@nestjs/common';
import { forbidden, validationFailed } from '../../platform/errors/index.js';
import {
  OutboundFailed,
  OutboundHttp,
  OutboundRefused,
  type OutboundRequest,
  type OutboundResponse,
} from '../../platform/outbound/index.js';
import type { ActivePlugin } from '../catalog/active-plugins.js';
import { hostCallFailed } from './host.errors.js';
import { PluginQueues } from './plugin-queues.js';

export interface FetchRequest {
  readonly url: string;
  readonly method?: OutboundRequest['method'];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface FetchedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 256 * 1024;

/** They say how a message is sent, which is not the plugin's to say. */
const ofTheConnection =
  /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|keep-alive|proxy-.*)$/i;

/** Calls of plugins to the hosts that their manifests name. Nothing of promptd's goes with them. */
@Injectable()
export class PluginHttp {
  private readonly queues = new PluginQueues();

  constructor(private readonly http: OutboundHttp) {}

  /**
   * Any answer, whatever its status; a redirect is one.
   *
   * @throws forbidden for a host that the manifest does not name, or that promptd may not call
   * @throws host-call-failed when there was no whole answer in time and size
   */
  async fetch(plugin: ActivePlugin, request: FetchRequest): Promise<FetchedAnswer> {
    const { url, method = 'GET', headers = {}, body } = request;
    refuseOtherHost(plugin, url);
    refuseConnectionHeaders(headers);
    const outbound: OutboundRequest = {
      ...{ url, method, headers, timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES },
      ...(body !== undefined && { body }),
    };
    try {
      return shown(await this.queues.run(plugin, () => this.http.send(outbound)));
    } catch (error) {
      if (error instanceof OutboundRefused) throw forbidden(`${error.message}.`, { cause: error });
      if (!(error instanceof OutboundFailed)) throw error;
      // SECURITY: the reason and not the message, which may tell of the network that promptd is in.
      throw hostCallFailed(`There is no answer: ${error.reason}.`, { cause: error });
    }
  }
}

/**
 * SECURITY: the name as it will be called, of the same parser. What an administrator approved is a list of
 * names; that each leads to a public address over https is for OutboundHttp to see to.
 */
function refuseOtherHost({ manifest }: ActivePlugin, text: string): void {
  const host = URL.canParse(text) ? new URL(text).hostname : '';
  if (host !== '' && manifest.http?.allow.includes(host)) return;
  throw forbidden('http.fetch reaches the hosts in http.allow of plugin.json, and no other.');
}

function refuseConnectionHeaders(headers: Readonly<Record<string, string>>): void {
  const refused = Object.keys(headers).find((name) => ofTheConnection.test(name));
  if (refused === undefined) return;
  throw validationFailed(`The header ${refused} is not a plugin's to set: leave it out.`);
}

function shown({ status, headers, body }: OutboundResponse): FetchedAnswer {
  const named = Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [[name, typeof value === 'string' ? value : value.join(', ')]];
  });
  return {
    status,
    headers: Object.fromEntries(named) as Record<string, string>,
    body: body.toString('utf8'),
  };
}
