import { type Digest, digestOf } from '../../platform/crypto/index.js';
import type { NewEvent } from '../../platform/events/index.js';
import type { Prompt, TaggedPrompt } from './prompt.js';

export type PromptChange =
  'prompt.updated' | 'prompt.tagged' | 'prompt.archived' | 'prompt.restored';

export function promptCreated(prompt: TaggedPrompt): NewEvent {
  return { ...about(prompt, 'prompt.created'), after: promptDigest(prompt) };
}

export function promptChanged(
  type: PromptChange,
  before: TaggedPrompt,
  after: TaggedPrompt,
): NewEvent {
  return { ...about(after, type), before: promptDigest(before), after: promptDigest(after) };
}

/** The digest of what may change about a prompt. */
function promptDigest({ description, owner, tags, archived }: TaggedPrompt): Digest {
  return digestOf({ description, owner, tags, archived });
}

function about({ id, projectId, name }: Prompt, type: string): NewEvent {
  return { type, projectId, subject: { type: 'prompt', id, name }, data: { prompt: name } };
}
