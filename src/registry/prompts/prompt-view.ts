import { isoTime } from '../../platform/time/index.js';
import type { TaggedPrompt } from './prompt.js';
import type { PromptPointers } from './prompt-pointers.repository.js';
import type { PromptResponse } from './prompts.dto.js';

/** A prompt with everything that an answer shows of it. */
export interface ViewedPrompt {
  /** Name of its project. */
  readonly project: string;
  readonly prompt: TaggedPrompt;
  readonly pointers: PromptPointers;
}

export function showPrompt({ project, prompt, pointers }: ViewedPrompt): PromptResponse {
  return {
    id: prompt.id,
    project,
    name: prompt.name,
    description: prompt.description,
    owner: prompt.owner,
    tags: [...prompt.tags],
    latest: pointers.latest,
    labels: pointers.labels,
    versionCount: prompt.versionCount,
    archived: prompt.archived,
    createdAt: isoTime(prompt.createdAtMs),
    createdBy: prompt.createdBy,
    updatedAt: isoTime(prompt.updatedAtMs),
    updatedBy: prompt.updatedBy,
  };
}

/** The address of a prompt, which `Location` gives. */
export function promptPath({ project, prompt }: ViewedPrompt): string {
  return `/v1/projects/${project}/prompts/${encodeURIComponent(prompt.name)}`;
}
