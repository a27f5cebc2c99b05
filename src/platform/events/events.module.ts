import { Global, Module } from '@nestjs/common';
import { OutboxRepository } from './outbox.repository.js';
import { Outbox } from './outbox.js';

@Global()
@Module({
  providers: [Outbox, OutboxRepository],
  exports: [Outbox, OutboxRepository],
})
export class EventsModule {}
