import { type Digest, digestOf } from '../../platform/crypto/index.js';
import type { NewEvent } from '../../platform/events/index.js';
import type { Prompt } from '../prompts/prompt.js';
import type { LabelMove } from './label.js';

export function labelMoved(prompt: Prompt, move: LabelMove): NewEvent {
  const { label, from, to, reason } = move;
  return {
    type: to === null ? 'prompt.label.removed' : 'prompt.label.moved',
    projectId: prompt.projectId,
    subject: { type: 'label', id: `${prompt.id}:${label}`, name: `${prompt.name}@${label}` },
    ...(from !== null && { before: labelDigest(from) }),
    ...(to !== null && { after: labelDigest(to) }),
    data: { prompt: prompt.name, label, from, to, move: move.move, reason, ground: move.ground },
  };
}

/** The digest of what may change about a label. */
function labelDigest(version: string): Digest {
  return digestOf({ version });
}
