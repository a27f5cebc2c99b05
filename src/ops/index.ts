export { HealthService } from './health/health.service.js';
export { OpsModule } from './ops.module.js';
export { programVersion } from './version/program-version.js';
