import { type DynamicModule, Module } from '@nestjs/common';
import { Database } from './database.js';
import { Leases } from './lease.js';
import { ReadSnapshot } from './read-snapshot.js';
import { UnitOfWork } from './unit-of-work.js';

@Module({})
export class DatabaseModule {
  /** The composition root opens the database, because a failed open must name its cause at once. */
  static with(database: Database): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [{ provide: Database, useValue: database }, UnitOfWork, ReadSnapshot, Leases],
      exports: [Database, UnitOfWork, ReadSnapshot, Leases],
    };
  }
}
