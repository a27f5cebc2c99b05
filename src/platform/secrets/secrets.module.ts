import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { KeyEncryptionKeys } from './key-encryption-keys.js';
import { SecretBox } from './secret-box.js';
import { SecretRotationService } from './secret-rotation.service.js';
import { SecretStore } from './secret-store.js';
import { SecretsController } from './secrets.controller.js';
import { SecretsRepository } from './secrets.repository.js';

/** Secrets at rest. The rotation needs a `Policy`, which access gives. */
@Global()
@Module({
  controllers: [SecretsController],
  providers: [
    {
      provide: SecretBox,
      inject: [CONFIG],
      useFactory: ({ secretKey, secretKeysOld }: Config) =>
        new SecretBox(new KeyEncryptionKeys(secretKey, secretKeysOld)),
    },
    SecretRotationService,
    SecretsRepository,
    SecretStore,
  ],
  exports: [SecretStore],
})
export class SecretsModule {}
