export { type ApprovalRequest, ApprovalService } from './approvals/approval.service.js';
export { type Trust, trustOf } from './approvals/trust-of.js';
export { TrustService } from './approvals/trust.service.js';
export { type ActivePlugin, ActivePlugins } from './catalog/active-plugins.js';
export { digestsOfFolder } from './package/digests-of-folder.js';
export { type PluginPackage, readPackage } from './package/plugin-package.js';
export { PluginsModule } from './plugins.module.js';
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
