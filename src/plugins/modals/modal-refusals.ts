import type { Problem } from '../../platform/errors/index.js';
import { type ModalSession, maxOpenSessions, type ModalStatus } from './modal-session.js';
import { modalConflict, modalEnded, modalLimit } from './modals.errors.js';

const sentences: Readonly<Partial<Record<ModalStatus, string>>> = {
  done: 'The plugin has ended it; its last view can still be read.',
  replaced: 'The plugin was replaced by another build of it since; open a new session.',
};

/** For a session that has ended. */
export function endedSession({ status }: Pick<ModalSession, 'status'>): Problem {
  return modalEnded(sentences[status] ?? 'Open a new session.', { members: { reason: status } });
}

/** For one that was stopped while a step of it was at work. */
export function stoppedMeanwhile(): Problem {
  return modalEnded('It was stopped, or has expired, while the plugin was at work.', {
    members: { reason: 'stopped' },
  });
}

/** For a request that is about a version which is not, or that comes while the plugin is at work. */
export function staleSession({ version }: ModalSession): Problem {
  return modalConflict('Read the session again: it has changed, or its plugin is at work on it.', {
    members: { currentVersion: version },
  });
}

export function tooManySessions(): Problem {
  return modalLimit(`Stop one of the ${maxOpenSessions} that are open, or let it expire.`);
}
