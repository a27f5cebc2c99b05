import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsDate } from 'class-validator';

const utcTime = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::\d{2}(?:\.\d{1,9})?)?Z$/;
const isTime = { message: 'must be a time in UTC such as 2026-01-31T12:00:00Z' };

/** A time in a query as a `Date`, to the millisecond; anything else stays text and is refused. */
export function QueryTime(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => timeOf(value)),
    IsDate(isTime),
  );
}

function timeOf(value: unknown): unknown {
  const minute = typeof value === 'string' ? utcTime.exec(value)?.[1] : undefined;
  if (minute === undefined) return value;
  const time = new Date(value as string);
  // JavaScript takes the 31st of February for the 3rd of March.
  const isKept = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(minute);
  return isKept ? time : value;
}
