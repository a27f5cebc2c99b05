export { AccessLog, type DescribedRequest, describeRequest } from './access-log.js';
export type { DurationSeries } from './duration-histogram.js';
export { createLogger } from './logger.js';
export { LOGGER } from './log-token.js';
export { Metrics } from './metrics.js';
export { NestLogger } from './nest-logger.js';
export { Readiness } from './readiness.js';
export { TelemetryModule } from './telemetry.module.js';
