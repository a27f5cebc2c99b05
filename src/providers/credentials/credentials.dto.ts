import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { ActorResponse } from '../../platform/http/index.js';
import { isoTime } from '../../platform/time/index.js';
import type { Credential } from './credential.js';

export class CreateCredentialRequest {
  /** What it is told by in the project. */
  @IsString()
  @Length(1, 100)
  name: string;

  /** The slug of a provider that `GET /v1/providers` lists, such as `openai`. */
  @IsString()
  @Length(1, 64)
  provider: string;

  /** What the provider asks for, such as its API key. No answer ever holds it. */
  @IsString()
  @Length(8, 4096)
  @ApiProperty({ writeOnly: true, format: 'password' })
  secret: string;
}

export class CredentialResponse {
  id: string;
  name: string;
  provider: string;
  /** The end of the secret, to tell it by; null when the secret has less than 16 characters. */
  lastFour: string | null;
  createdAt: string;
  createdBy: ActorResponse;
}

export class CredentialPageResponse {
  items: CredentialResponse[];
  nextCursor: string | null;
  total?: number;
}

export function credentialResponse(credential: Credential): CredentialResponse {
  const { id, name, provider, lastFour, createdAtMs, createdBy } = credential;
  return { id, name, provider, lastFour, createdAt: isoTime(createdAtMs), createdBy };
}
