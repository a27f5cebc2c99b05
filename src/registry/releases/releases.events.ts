import { digestOf } from '../../platform/crypto/index.js';
import type { NewEvent } from '../../platform/events/index.js';
import type { Release } from './release.js';

/** Each label that moved has an event of its own besides. */
export function releaseMade(projectId: string, { id, moves, reason }: Release): NewEvent {
  const state = moves.map(({ prompt, label, moved }) => ({
    prompt,
    label: label.name,
    version: label.version,
    moved,
  }));
  return {
    type: 'release.made',
    projectId,
    subject: { type: 'release', id, name: id },
    after: digestOf({ moves: state, reason }),
    data: {
      labels: state.map(({ prompt, label, version }) => `${prompt}@${label}: ${version}`),
      moved: state.filter(({ moved }) => moved).length,
      reason,
    },
  };
}
