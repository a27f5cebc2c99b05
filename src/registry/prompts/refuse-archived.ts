import { projectArchived } from '../../access/index.js';
import type { OpenPrompt } from './prompt-access.js';
import { promptArchived } from './prompts.errors.js';

/**
 * What is archived stays as it was put away: readable, and without changes until it is restored.
 *
 * @throws project-archived, prompt-archived
 */
export function refuseArchived({ project, prompt }: OpenPrompt): void {
  if (project.archived) throw projectArchived(`Restore ${project.name} before you change it.`);
  if (prompt.archived) throw promptArchived(`Restore ${prompt.name} before you change it.`);
}
