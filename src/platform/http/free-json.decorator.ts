import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Allow } from 'class-validator';

/** A field that holds JSON of the caller's own shape; the use case checks it, not the class. */
export function FreeJson(schema: ApiPropertyOptions): PropertyDecorator {
  return applyDecorators(Allow(), ApiProperty(schema));
}
