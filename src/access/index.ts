export { AccessModule } from './access.module.js';
export { projectArchived } from './projects/projects.errors.js';
export { type CreatedAdmin, FirstAdmin } from './users/first-admin.js';
