export { type ApprovalRequest, ApprovalService } from './approvals/approval.service.js';
export { type Trust, trustOf } from './approvals/trust-of.js';
export { TrustService } from './approvals/trust.service.js';
export { type ActivePlugin, ActivePlugins } from './catalog/active-plugins.js';
export { pluginDenied, vetoFailed } from './hooks/hooks.errors.js';
export { VetoHooks } from './hooks/veto-hooks.js';
export type { VetoRound } from './hooks/veto-round.js';
export {
  type Completion,
  type CompletionRequest,
  type CompletionTerms,
  HostFunctions,
  type ModelFunctions,
  type PageQuery,
  type PromptFunctions,
  type PromptQuery,
  type Proposal,
} from './host/host-functions.js';
export { type PluginCall, PluginHost } from './host/plugin-host.port.js';
export { pluginComponents } from './package/control.openapi.js';
export { pinsOfFolder } from './package/pins-of-folder.js';
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
