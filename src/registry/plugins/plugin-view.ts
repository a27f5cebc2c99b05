import { isoTime } from '../../platform/time/index.js';
import type { ViewedPrompt } from '../prompts/prompt-view.js';
import type { ListedVersion } from '../versions/version-listing.js';

/** A prompt as plugins see it in a list. */
export function showSummary({ prompt, pointers }: ViewedPrompt) {
  const { name, description, tags, archived } = prompt;
  const { latest, labels } = pointers;
  return { name, description, tags, latest, labels, archived };
}

/** A version as plugins see it in a list. */
export function showVersionSummary({ version, state, labels }: ListedVersion) {
  const { version: number, ordinal, digest, createdAtMs } = version;
  return {
    ...{ version: number, ordinal, digest, labels },
    createdAt: isoTime(createdAtMs),
    yanked: state.yanked && { reason: state.yanked.reason },
    purged: state.purged,
  };
}
