export {
  fixedLimits,
  limitsOf,
  type AskedLimits,
  type RunnerLimits,
} from './runner/runner-limits.js';
export type {
  CallOutcome,
  FailureReason,
  HostCall,
  LogLine,
  Target,
} from './runner/runner-outcome.js';
export type { RunnablePackage } from './runner/runnable-package.js';
export {
  type Kill,
  type RunnerListener,
  RunnerProcess,
  type RunnerStats,
} from './runner/runner-process.js';
export { RunnerStartError } from './runner/runner-session.js';
