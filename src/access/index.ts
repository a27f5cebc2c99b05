export { AccessModule } from './access.module.js';
export { ApiKeyUses } from './api-keys/api-key-uses.js';
export { type HeldCredential, HeldCredentials } from './held-credentials.js';
export { ProjectAdminsRepository } from './members/project-admins.repository.js';
export { matchesPromptPatterns } from './policy/prompt-patterns.js';
export { RefusalTrail } from './throttling/refusal-trail.js';
export { projectArchived } from './projects/projects.errors.js';
export { type CreatedAdmin, FirstAdmin } from './users/first-admin.js';
export { VerifiedCredentials } from './verified-credentials.js';
