import { Module } from '@nestjs/common';
import { RegistryModule } from '../registry/index.js';
import { ReadController } from './reads/read.controller.js';
import { ReadService } from './reads/read.service.js';

/** How versions reach the services that run on them. */
@Module({
  imports: [RegistryModule],
  controllers: [ReadController],
  providers: [ReadService],
})
export class DeliveryModule {}
