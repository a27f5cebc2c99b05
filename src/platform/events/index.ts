export { ChangeFeed, type ChangeListener } from './change-feed.js';
export * from './event.js';
export { EventsModule } from './events.module.js';
export type { MarkedRevision } from './heard-revisions.js';
export { Outbox } from './outbox.js';
export { OutboxRepository } from './outbox.repository.js';
