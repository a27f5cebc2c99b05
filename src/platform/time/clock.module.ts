import { Global, Module } from '@nestjs/common';
import { Clock, MonotonicClock } from './clock.js';

@Global()
@Module({ providers: [Clock, MonotonicClock], exports: [Clock, MonotonicClock] })
export class ClockModule {}
