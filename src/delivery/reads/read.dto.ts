import { IsOptional, Matches } from 'class-validator';

export class ReadQuery {
  /** The digest from a lock file. An exact version with it never changes, so caches may keep it a year. */
  @IsOptional()
  @Matches(/^sha256:[0-9a-f]{64}$/, { message: 'digest must be sha256: and 64 hex digits' })
  digest?: string;
}
