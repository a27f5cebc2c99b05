import { Global, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { backgroundContext } from '../authorization/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { Database } from '../database/index.js';
import { LOGGER } from '../telemetry/index.js';
import { ChangeFeed } from './change-feed.js';
import { ChangeSignal, NoSignal } from './change-signal.port.js';
import { OutboxRepository } from './outbox.repository.js';
import { Outbox } from './outbox.js';
import { PostgresSignal } from './postgres-signal.js';

@Global()
@Module({
  providers: [
    ChangeFeed,
    Outbox,
    OutboxRepository,
    {
      provide: ChangeSignal,
      inject: [CONFIG, Database, LOGGER],
      useFactory: changeSignal,
    },
  ],
  exports: [ChangeFeed, Outbox, OutboxRepository],
})
export class EventsModule {}

/** DIALECT: Postgres alone can tell. */
function changeSignal(config: Config, database: Database, logger: Logger): ChangeSignal {
  const address = config.databaseDirect ?? config.database;
  if (address.dialect !== 'postgres') return new NoSignal();
  const ctx = backgroundContext('signal');
  return new PostgresSignal({
    url: address.url,
    notify: async (channel, payload) => {
      await database.manager(ctx).query('SELECT pg_notify($1, $2)', [channel, payload]);
    },
    logger,
  });
}
