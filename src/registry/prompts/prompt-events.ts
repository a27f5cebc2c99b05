import type { OperationContext } from '../../platform/authorization/index.js';
import { type Digest, digestOf } from '../../platform/crypto/index.js';
import type { EventData, Outbox } from '../../platform/events/index.js';
import type { Prompt } from './prompt.js';

/** The digest of what may change about a prompt. */
export function promptDigest({ description, owner, tags, archived }: Prompt): Digest {
  return digestOf({ description, owner, tags, archived });
}

const subjectOf = ({ id, name }: Prompt) => ({ type: 'prompt', id, name });

export function announceCreated(tx: OperationContext, outbox: Outbox, prompt: Prompt): void {
  outbox.record(tx, {
    type: 'prompt.created',
    projectId: prompt.projectId,
    subject: subjectOf(prompt),
    after: promptDigest(prompt),
    data: { prompt: prompt.name },
  });
}

export function announceChanged(
  tx: OperationContext,
  outbox: Outbox,
  type: 'prompt.updated' | 'prompt.tagged' | 'prompt.archived' | 'prompt.restored',
  { before, after, data }: { before: Prompt; after: Prompt; data?: EventData },
): void {
  outbox.record(tx, {
    type,
    projectId: after.projectId,
    subject: subjectOf(after),
    before: promptDigest(before),
    after: promptDigest(after),
    data: { prompt: after.name, ...data },
  });
}
