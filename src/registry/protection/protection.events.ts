import type { Principal } from '../../platform/authorization/index.js';
import type { NewEvent } from '../../platform/events/index.js';
import type { LabelMove } from '../labels/label.js';
import type { OpenPrompt } from '../prompts/prompt-access.js';
import type { Prompt } from '../prompts/prompt.js';

/** A protected label was moved past its policy; the move itself is announced like any other. */
export function glassBroken(prompt: Prompt, move: LabelMove): NewEvent {
  const { label, from, to, reason } = move;
  return {
    type: 'prompt.label.glass-broken',
    projectId: prompt.projectId,
    subject: { type: 'label', id: `${prompt.id}:${label}`, name: `${prompt.name}@${label}` },
    data: { prompt: prompt.name, label, from, to, move: move.move, reason },
  };
}

/** What the policy of access says of a refusal, for one that the policy of a label decided. */
export function moveDenied(
  { project, prompt }: OpenPrompt,
  label: string,
  principal: Principal['kind'],
): NewEvent {
  return {
    type: 'access.denied',
    projectId: project.id,
    subject: { type: 'project', id: project.id, name: project.name },
    data: { permission: 'label:move', principal, prompt: prompt.name, labels: [label] },
  };
}
