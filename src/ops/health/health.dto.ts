export class LiveResponse {
  status: 'ok';
}

export class HealthChecks {
  database: 'ok' | 'unavailable';
  process: 'ok' | 'stopping';
}

export class HealthResponse {
  status: 'ok' | 'unavailable';
  checks: HealthChecks;
}
