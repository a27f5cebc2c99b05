export class LiveResponse {
  status: 'ok';
}

export class HealthChecks {
  database: 'ok' | 'unavailable';
  process: 'ok' | 'stopping';
}

export class HealthResponse {
  /** `degraded`: the database is away, and reads of what is in memory go on, marked as such. */
  status: 'ok' | 'degraded' | 'unavailable';
  checks: HealthChecks;
}
