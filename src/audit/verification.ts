export { type AuditCheckpoint, checkpointBytes } from './trail/audit-checkpoint.js';
export { type ChainedEntry, emptyTrail, type TrailHead } from './trail/chained-entry.js';
export { type BreakReason, breakReasons, type TrailBreak } from './trail/trail-break.js';
export { type TrailReport, verifyTrail } from './trail/verify-trail.js';
