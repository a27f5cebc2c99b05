import process from 'node:process';
import { createApplication } from './application.js';
import { ConfigError, loadConfig } from './platform/config/index.js';
import { createLogger } from './platform/telemetry/index.js';
import { firstSteps } from './first-steps.js';

/** A start that fails says why in plain words, and with a status that a supervisor sees. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  const application = await createApplication(config, logger);
  const url = await application.listen();
  logger.info({ url }, 'listening');
  process.stdout.write(firstSteps(url, application.firstAdmin));

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    application.close().then(
      () => {
        logger.info('stopped');
      },
      (error: unknown) => {
        logger.error({ err: error }, 'the stop failed');
        process.exitCode = 1;
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  const text = error instanceof ConfigError ? error.message : describe(error);
  process.stderr.write(`promptd did not start: ${text}\n`);
  process.exitCode = 1;
});

/** SECURITY: a driver's error may hold the connection string; its message and code do not. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown failure';
  const causes = error instanceof AggregateError ? (error.errors as Error[]) : [];
  return [error.message, ...causes.map((cause) => cause.message)].filter(Boolean).join('; ');
}
