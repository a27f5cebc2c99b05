import { type DynamicModule, Module } from '@nestjs/common';
import type { AllowList } from './allow-list.js';
import { OutboundHttp } from './outbound-http.js';

@Module({})
export class OutboundModule {
  static with(allowed: AllowList): DynamicModule {
    return {
      module: OutboundModule,
      global: true,
      providers: [{ provide: OutboundHttp, useValue: new OutboundHttp(allowed) }],
      exports: [OutboundHttp],
    };
  }
}
