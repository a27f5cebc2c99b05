import { Injectable } from '@nestjs/common';
import {
  OutboundFailed,
  OutboundHttp,
  OutboundRefused,
  type OutboundResponse,
} from '../../platform/outbound/index.js';
import type { Completion, CompletionRequest } from '../../plugins/index.js';
import { adapters } from '../adapters/adapters.js';
import type { Provider } from '../catalog/provider.js';
import {
  invalidAnswer,
  type ModelOutcome,
  outcomeOfFailure,
  outcomeOfStatus,
} from './model-outcome.js';

const MAX_ANSWER_BYTES = 1024 * 1024;
/** A shorter secret, such as the placeholder of a server that wants none, may be words of a text. */
const SHORTEST_TELLING_SECRET = 16;

/** What a header may hold. */
const headerText = /^[\x20-\x7e]+$/;

/** One request to a provider, and what came of it in promptd's own words. */
@Injectable()
export class ModelHttp {
  constructor(private readonly http: OutboundHttp) {}

  /** @throws validation-failed for what the provider has no way to do */
  async call(
    { slug, adapter, baseUrl }: Provider,
    secret: string,
    request: CompletionRequest,
    timeoutMs: number,
  ): Promise<ModelOutcome> {
    if (!headerText.test(secret)) return unusable(slug);
    const wire = adapters[adapter];
    const sent = wire.request({ baseUrl, secret }, request);
    try {
      const answer = await this.http.send({ ...sent, timeoutMs, maxBytes: MAX_ANSWER_BYTES });
      if (answer.status !== 200) {
        return outcomeOfStatus(slug, answer.status, answer.headers['retry-after']);
      }
      const found = wire.completion(jsonOf(answer));
      return found && !tells(found, secret)
        ? { kind: 'ok', completion: found }
        : invalidAnswer(slug);
    } catch (error) {
      // SECURITY: the causes are dropped here; what is told of a failure is told by its reason.
      if (error instanceof OutboundFailed) return outcomeOfFailure(slug, error.reason);
      if (!(error instanceof OutboundRefused)) throw error;
      return { kind: 'not-allowed', detail: `${slug} is not called: ${error.message}.` };
    }
  }
}

function unusable(slug: string): ModelOutcome {
  const detail = `The credential of ${slug} has characters that no header can hold: an admin of the project has to replace it.`;
  return { kind: 'credential-refused', detail };
}

/** Undefined for what is no JSON. SECURITY: the parser's message would repeat the answer. */
function jsonOf({ body }: OutboundResponse): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** SECURITY: a provider, or what stands in its place, could hand the secret on to the plugin. */
function tells({ text }: Completion, secret: string): boolean {
  return secret.length >= SHORTEST_TELLING_SECRET && text.includes(secret);
}
