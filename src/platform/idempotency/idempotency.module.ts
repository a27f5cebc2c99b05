import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';
import { IdempotencyRecords } from './idempotency-records.js';
import { IdempotencySweep } from './idempotency-sweep.js';
import { RequestFingerprint } from './request-fingerprint.js';

/** `Idempotency-Key` on every route that writes, whichever area it belongs to. */
@Module({
  providers: [
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    IdempotencyKeysRepository,
    IdempotencyRecords,
    IdempotencySweep,
    RequestFingerprint,
  ],
})
export class IdempotencyModule {}
