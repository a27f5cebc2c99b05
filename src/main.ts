import process from 'node:process';
import { type Application, createApplication } from './application.js';
import { ConfigError, loadConfig } from './platform/config/index.js';
import { isUnavailable } from './platform/database/index.js';
import { createLogger } from './platform/telemetry/index.js';
import { firstPassword, firstSteps } from './first-steps.js';

/** Less than the 30 s after which Kubernetes kills, and more than all that a stop waits for. */
const STOP_WITHIN_MS = 25_000;

/** A start that fails says why in plain words, and with a status that a supervisor sees. */
async function main(): Promise<void> {
  // SECURITY: the database file and the keys are for this user alone, whatever directory they are in.
  process.umask(0o077);
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  const application = await createApplication(config, logger);
  if (config.adminPassword !== undefined && application.firstAdmin === undefined) {
    logger.warn('PROMPTD_ADMIN_PASSWORD was not used: there are users already');
  }
  const url = await listen(application);
  logger.info({ url }, 'listening');
  process.stdout.write(firstSteps(url, application.firstAdmin, config.passwordLogin));

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('the stop took too long');
      process.exit(1);
    }, STOP_WITHIN_MS);
    application.close(signal).then(
      () => {
        logger.info('stopped');
        // What was cut off may still wait for somebody, such as a model, and would be waited for.
        process.exit();
      },
      (error: unknown) => {
        logger.error({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** A port that is taken must not leave a process behind that its connections keep alive. */
async function listen(application: Application): Promise<string> {
  try {
    return await application.listen();
  } catch (error) {
    process.stdout.write(firstPassword(application.firstAdmin));
    await application.close();
    throw error;
  }
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
  const text = [error.message, ...causes.map(({ message }) => message)].filter(Boolean).join('; ');
  if ((error as NodeJS.ErrnoException).syscall === 'listen') return `${text}: set PORT or HOST`;
  const isAway = [error, ...causes].some(isUnavailable);
  return isAway ? `the database does not answer (${text}): check DATABASE_URL` : text;
}
