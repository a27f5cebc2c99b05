export type { AuditEntry } from './audit-entry.js';
export { AuditModule } from './audit.module.js';
export { AuditSequencer } from './audit-sequencer.js';
