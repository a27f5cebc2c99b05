import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** `?flag=true` and `?flag=false`; anything else stays text and is refused. */
export function QueryBoolean(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    value === 'true' ? true : value === 'false' ? false : value,
  );
}

/** The part of a query that every list has. */
export class PageQuery {
  /** Most items of one page. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 200, default: 50, required: false })
  limit = 50;

  /** `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(2048)
  cursor?: string;

  /** Whether the answer counts everything the list would return over all pages. */
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  @ApiProperty({ type: Boolean, required: false })
  total?: boolean;
}
