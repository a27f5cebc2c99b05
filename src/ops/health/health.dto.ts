export class LiveResponse {
  status: 'ok';
}

export class HealthChecks {
  database: 'ok' | 'unavailable';
  /** `starting`: a plugin that has to be asked before writes is being started, for seconds at most. */
  process: 'ok' | 'starting' | 'stopping';
}

export class HealthResponse {
  /** `degraded`: the database is away, and reads of what is in memory go on, marked as such. */
  status: 'ok' | 'degraded' | 'unavailable';
  checks: HealthChecks;
}
