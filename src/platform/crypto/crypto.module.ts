import { type DynamicModule, Module } from '@nestjs/common';
import type { KeyRing } from './key-ring.js';

/** The token for the instance's signing keys. */
export const KEY_RING = Symbol('key ring');

@Module({})
export class CryptoModule {
  static with(keys: KeyRing): DynamicModule {
    return {
      module: CryptoModule,
      global: true,
      providers: [{ provide: KEY_RING, useValue: keys }],
      exports: [KEY_RING],
    };
  }
}
