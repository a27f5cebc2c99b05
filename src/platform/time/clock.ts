import { Injectable } from '@nestjs/common';

/** The time in whole milliseconds since the epoch, which is how every time is kept. */
@Injectable()
export class Clock {
  nowMs(): number {
    return Date.now();
  }
}

/** For how long ago something was: milliseconds that only go forward, from no particular beginning. */
@Injectable()
export class MonotonicClock {
  nowMs(): number {
    return performance.now();
  }
}

/** RFC 3339 in UTC with milliseconds, as every answer shows a time. */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

export function isoTimeOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : isoTime(timeMs);
}
