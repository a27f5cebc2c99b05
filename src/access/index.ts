export { AccessModule } from './access.module.js';
export { matchesPromptPatterns } from './policy/prompt-patterns.js';
export { projectArchived } from './projects/projects.errors.js';
export { type CreatedAdmin, FirstAdmin, type FirstAdminSettings } from './users/first-admin.js';
