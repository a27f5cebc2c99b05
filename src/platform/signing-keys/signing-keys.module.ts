import { type DynamicModule, Module } from '@nestjs/common';
import { KEY_RING, type KeyRing } from '../crypto/index.js';
import { SigningKeys } from './signing-keys.js';
import { SigningKeysRepository } from './signing-keys.repository.js';

/** What the instance signs with, and the public keys of all it has ever signed with. */
@Module({})
export class SigningKeysModule {
  static with(keys: KeyRing): DynamicModule {
    return {
      module: SigningKeysModule,
      global: true,
      providers: [{ provide: KEY_RING, useValue: keys }, SigningKeys, SigningKeysRepository],
      exports: [KEY_RING, SigningKeys],
    };
  }
}
