export { AccessModule } from './access.module.js';
export { BackgroundWrites } from './background-writes.js';
export { projectArchived } from './projects/projects.errors.js';
export { type CreatedAdmin, FirstAdmin } from './users/first-admin.js';
