export { AccessModule } from './access.module.js';
export { ProjectAdminsRepository } from './members/project-admins.repository.js';
export { isPromptPattern, matchesPromptPatterns } from './policy/prompt-patterns.js';
export { LiveProjects } from './projects/live-projects.js';
export { RefusalTrail } from './throttling/refusal-trail.js';
export { projectArchived } from './projects/projects.errors.js';
export { type CreatedAdmin, FirstAdmin } from './users/first-admin.js';
