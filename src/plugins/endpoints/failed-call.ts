import type { Problem } from '../../platform/errors/index.js';
import type { CallOutcome, FailureReason } from '../runner/runner-outcome.js';
import { pluginFailed, pluginTimeout, pluginUnavailable } from './endpoints.errors.js';

type FailedOutcome = Extract<CallOutcome, { readonly ok: false }>;

const maxWords = 500;
const busyRetrySeconds = 1;
const stoppedRetrySeconds = 5;

/** What promptd says of each failure, whatever the plugin says. */
const sentences: Readonly<Record<FailureReason, string>> = {
  thrown: 'It threw an error.',
  refused: 'It threw an error.',
  timeout: 'It took too long.',
  cpu: 'It used too much processor time.',
  memory: 'It used too much memory.',
  'too-large': 'What it was given or answered is too large.',
  'too-many-host-calls': 'It asked promptd too often during one call.',
  crashed: 'Its process ended; the next call finds a new one.',
  stopped: 'It is being stopped or replaced; ask again.',
  busy: 'It is at work on as many calls as it may; ask again.',
};

/** What a caller is told of a call that failed. */
export function failedCall(plugin: string, { reason, message }: FailedOutcome): Problem {
  const detail = `The plugin ${plugin} failed. ${sentences[reason]}`;
  const members = { plugin, reason };
  switch (reason) {
    case 'busy':
    case 'stopped': {
      const seconds = reason === 'busy' ? busyRetrySeconds : stoppedRetrySeconds;
      return pluginUnavailable(`The plugin ${plugin} takes no calls now. ${sentences[reason]}`, {
        members,
        headers: { 'Retry-After': String(seconds) },
      });
    }
    case 'timeout':
      return pluginTimeout(detail, { members });
    case 'thrown':
    case 'refused': {
      // To a caller both are an error that the plugin did not handle.
      const words = { plugin, reason: 'thrown', pluginMessage: wordsOf(message) };
      return pluginFailed(detail, { members: words });
    }
    default:
      return pluginFailed(detail, { members });
  }
}

/** An answer that is not what a plugin may answer. */
export function wrongAnswer(plugin: string, what: string): Problem {
  return pluginFailed(`The plugin ${plugin} failed. ${what}`, {
    members: { plugin, reason: 'wrong-answer' },
  });
}

/**
 * SECURITY: text of somebody else in a document of ours. It is in a member that says whose it is, on
 * one line, and without what a terminal would obey.
 */
function wordsOf(message: string): string {
  return message
    .slice(0, maxWords)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}
