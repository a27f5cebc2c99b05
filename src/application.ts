import { NestFactory } from '@nestjs/core';
import { DiscoveryService } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Logger } from 'pino';
import { migrations } from '../migrations/index.js';
import { type CreatedAdmin, FirstAdmin, type PasswordCost, passwordCost } from './access/index.js';
import { AppModule, type Foundations } from './app.module.js';
import { FrontReads } from './delivery/index.js';
import { HealthService, programVersion } from './ops/index.js';
import { pathParameters } from './path-parameters.js';
import { systemContext } from './platform/authorization/index.js';
import type { Config } from './platform/config/index.js';
import { keyRingFromSeed } from './platform/crypto/index.js';
import { Database, hasPendingMigrations, migrateUp } from './platform/database/index.js';
import {
  allowOrigins,
  configureServer,
  type ConnectionLimits,
  connectionLimits,
  declaredRoutes,
  describeApi,
  FrontDoor,
  refuseUndeclaredRoutes,
  serveApiDescription,
  serverOptions,
} from './platform/http/index.js';
import { documentIdempotency } from './platform/idempotency/index.js';
import { AccessLog, Metrics, NestLogger } from './platform/telemetry/index.js';
import { pluginComponents } from './plugins/index.js';
import { contentComponents } from './registry/index.js';

/** How long all may take to end that needs the database: callers have 10 s of it. */
const DATABASE_NEEDED_MS = 15_000;

/** A running instance. */
export interface Application {
  readonly nest: NestFastifyApplication;
  /** The OpenAPI document. */
  readonly describe: () => OpenAPIObject;
  /** Set when this start made the first instance admin. */
  readonly firstAdmin: CreatedAdmin | undefined;
  /** Begins to listen; answers the URL. */
  listen(): Promise<string>;
  /**
   * Ends requests, background work and connections, in this order. With SIGTERM it waits first,
   * not ready but serving, for balancers to look elsewhere.
   */
  close(signal?: NodeJS.Signals): Promise<void>;
}

/** What is different for who runs promptd from its sources, such as its tests. */
export interface FromSources {
  /** The compiled runner of plugins. */
  readonly runnerProgram?: string | undefined;
  readonly passwordCost?: PasswordCost;
  readonly connectionLimits?: ConnectionLimits;
}

/** Opens the database, brings its schema up to date and wires the program; listens to nothing yet. */
export async function createApplication(
  config: Config,
  logger: Logger,
  sources: FromSources = {},
): Promise<Application> {
  const database = await Database.open({
    address: config.database,
    poolSize: config.databasePoolSize,
  });
  try {
    await migrate(config, logger);
    return await wire({
      config,
      logger,
      database,
      runnerProgram: undefined,
      passwordCost,
      connectionLimits,
      ...sources,
    });
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function migrate(config: Config, logger: Logger): Promise<void> {
  const settings = { address: config.databaseDirect ?? config.database, poolSize: 2 };
  if (config.migrate === 'auto') {
    const done = await migrateUp(settings, migrations);
    if (done.length > 0) logger.info({ migrations: done }, 'the schema is up to date');
  } else if (config.migrate === 'check' && (await hasPendingMigrations(settings, migrations))) {
    throw new Error('the schema is older than this program: start once with PROMPTD_MIGRATE=auto');
  }
}

type Given = Omit<Foundations, 'keys'> & Required<Pick<FromSources, 'connectionLimits'>>;

async function wire({ connectionLimits: limits, ...given }: Given): Promise<Application> {
  const { config, logger, database } = given;
  const door = new FrontDoor(limits);
  const adapter = new FastifyAdapter({
    ...serverOptions,
    serverFactory: door.createServer,
    loggerInstance: logger,
    // SECURITY: without a list anybody could write any address into the audit trail.
    trustProxy: config.trustProxy ? [...config.trustProxy] : false,
  });
  const keys = keyRingFromSeed(config.signingKey, config.signingKeysOld);
  const nest = await NestFactory.create<NestFastifyApplication>(
    AppModule.with({ ...given, keys }),
    adapter,
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: false },
  );
  refuseUndeclaredRoutes(nest.get(DiscoveryService));
  configureServer(adapter, {
    metrics: nest.get(Metrics),
    accessLog: nest.get(AccessLog),
    publicUrl: config.publicUrl,
    maxRefusedPerMinute: config.rateLimitRefused,
  });
  if (config.corsOrigins) allowOrigins(nest, adapter, config.corsOrigins);
  // Made when somebody asks, and kept: most instances are never asked, and it delays the start.
  let api: OpenAPIObject | undefined;
  const describe = () =>
    (api ??= documentIdempotency(
      describeApi(nest, {
        version: programVersion,
        publicUrl: config.publicUrl,
        components: { ...contentComponents, ...pluginComponents },
        pathParameters,
      }),
      declaredRoutes(nest.get(DiscoveryService)),
    ));
  serveApiDescription(nest, describe);
  await nest.init();
  door.open(nest.get(FrontReads).handle);
  const firstAdmin = await nest.get(FirstAdmin).ensure(systemContext('start'), {
    username: config.adminUsername,
    password: config.adminPassword,
  });
  return {
    nest,
    describe,
    firstAdmin,
    listen: async () => {
      await nest.listen(config.port, config.host);
      return nest.getUrl();
    },
    close: async (signal) => {
      door.drain();
      if (signal === 'SIGTERM') await nest.get(HealthService).drain();
      await end(nest, database);
    },
  };
}

async function end(nest: NestFastifyApplication, database: Database): Promise<void> {
  // What still waits for a database that is silent by then has waited in vain.
  const deadline = setTimeout(() => {
    database.sever();
  }, DATABASE_NEEDED_MS);
  try {
    await nest.close();
  } finally {
    clearTimeout(deadline);
    await database.close();
  }
}
