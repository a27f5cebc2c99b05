import { Module } from '@nestjs/common';
import { CredentialsController } from './credentials/credentials.controller.js';
import { CredentialsRepository } from './credentials/credentials.repository.js';
import { CredentialsService } from './credentials/credentials.service.js';

/** What the program needs to speak to providers of models. */
@Module({
  controllers: [CredentialsController],
  providers: [CredentialsRepository, CredentialsService],
})
export class ProvidersModule {}
