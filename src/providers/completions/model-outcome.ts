import type { FailureReason } from '../../platform/outbound/index.js';
import type { Completion } from '../../plugins/index.js';

/** What may become of a call of a model. Metrics count by it, so it is a short list for ever. */
export type ModelOutcome =
  | { readonly kind: 'ok'; readonly completion: Completion }
  | {
      readonly kind:
        | 'credential-refused'
        | 'rate-limited'
        | 'request-refused'
        | 'provider-failed'
        | 'redirected'
        | 'invalid-answer'
        | 'not-allowed'
        | FailureReason;
      /** A sentence for whoever asked. SECURITY: of ours; no text of the provider is in it. */
      readonly detail: string;
    };

type Failure = Exclude<ModelOutcome, { readonly kind: 'ok' }>;

const mostSecondsTold = 86_400;

/** What an answer with another status than 200 means. SECURITY: its body is not looked at. */
export function outcomeOfStatus(provider: string, status: number, retryAfter: unknown): Failure {
  if (status === 401 || status === 403) {
    const detail = `${provider} refused the credential of the project (${status}): an admin of the project has to replace it, or what it may do.`;
    return { kind: 'credential-refused', detail };
  }
  if (status === 429) {
    const detail = `${provider} takes no more requests of this credential for now (429): try again ${whenOf(retryAfter)}.`;
    return { kind: 'rate-limited', detail };
  }
  if (status >= 500) {
    const detail = `${provider} failed (${status}): try again ${whenOf(retryAfter)}.`;
    return { kind: 'provider-failed', detail };
  }
  if (status >= 400) return { kind: 'request-refused', detail: refusal(provider, status) };
  if (status >= 300) {
    const detail = `${provider} answered with a redirect (${status}), and none is followed: the operator has to set its address in PROMPTD_PROVIDERS.`;
    return { kind: 'redirected', detail };
  }
  return invalidAnswer(provider);
}

export function invalidAnswer(provider: string): Failure {
  const detail = `${provider} answered, but not with the text of a model in the form that was expected.`;
  return { kind: 'invalid-answer', detail };
}

/** Why there was no whole answer. */
export function outcomeOfFailure(provider: string, reason: FailureReason): Failure {
  return { kind: reason, detail: failures[reason](provider) };
}

const failures: Readonly<Record<FailureReason, (provider: string) => string>> = {
  timeout: (provider) =>
    `${provider} gave no whole answer in the time of the call: ask for less, or let the plugin ask for more time (limits.wallMs).`,
  'answer-too-large': (provider) =>
    `${provider} answered more than is read: ask for less with maxTokens.`,
  'unknown-host': (provider) => `The host of ${provider} has no address.`,
  'connection-failed': (provider) => `The connection to ${provider} failed: try again later.`,
};

function refusal(provider: string, status: number): string {
  switch (status) {
    case 402:
      return `${provider} asks for payment first (402).`;
    case 404:
      return `${provider} has no such model, or nothing at its address (404).`;
    case 413:
      return `The request is too large for ${provider} (413).`;
    default:
      return `${provider} did not take the request (${status}): look at the model, the parameters and the length of the messages.`;
  }
}

/** RFC 9110, 10.2.3, in seconds. A date is as good as nothing: clocks differ. */
function whenOf(retryAfter: unknown): string {
  const text = typeof retryAfter === 'string' ? retryAfter : '';
  const seconds = /^\d{1,6}$/.test(text) ? Math.min(Number(text), mostSecondsTold) : undefined;
  return seconds === undefined ? 'later' : `after ${seconds} seconds`;
}
