import type { Prompt } from './prompt.js';
import { promptArchived } from './prompts.errors.js';

/**
 * What is archived stays as it was put away: readable, and without changes until it is restored.
 * That its project is not archived the policy has seen to.
 *
 * @throws prompt-archived
 */
export function refuseArchived({ name, archived }: Prompt): void {
  if (archived) throw promptArchived(`Restore ${name} before you change it.`);
}
