import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsOptional,
  IsRFC3339,
  IsString,
  Length,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { ActorResponse } from '../../platform/http/index.js';
import { isoTime, isoTimeOrNull } from '../../platform/time/index.js';
import { type Capability, capabilities } from '../package/manifest.js';
import { type KeyStatus, keyStatuses } from '../signatures/trusted-key.js';
import type { Signer } from './signer.js';

const maxLabelLength = 200;
const maxPatterns = 100;
const maxPatternLength = 65;
const amongCapabilities = {
  each: true,
  message: `must be among ${capabilities.join(', ')}`,
} as const;
const isGiven = (_: unknown, value: unknown) => value !== undefined;

export class EnrolPluginSignerRequest {
  /** The ed25519 key: 32 bytes in base64url, as `promptd plugin keygen` prints it. */
  @IsString()
  @MaxLength(100)
  publicKey: string;

  /** That whoever asks holds the private half: 64 bytes in base64, as the command prints it. */
  @IsString()
  @MaxLength(100)
  proof: string;

  /** When that was shown, in RFC 3339, as the command prints it. A proof is good for a week. */
  @IsRFC3339()
  @MaxLength(40)
  provenAt: string;

  /** Whose key it is. */
  @IsString()
  @Length(1, maxLabelLength)
  label: string;

  /** The plugins it may sign: `*`, a name, or the beginning of names followed by `*`. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(maxPatterns)
  @IsString({ each: true })
  @MaxLength(maxPatternLength, { each: true })
  names: string[];

  /** The most that a plugin it signs may ask for. By default nothing. */
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMaxSize(capabilities.length)
  @IsIn(capabilities, amongCapabilities)
  capabilities?: Capability[];

  /** From when it is believed, in RFC 3339. By default from now. */
  @IsOptional()
  @IsRFC3339()
  @MaxLength(40)
  validFrom?: string | null;

  /** Until when anything it signed is loaded, in RFC 3339. By default for ever. */
  @IsOptional()
  @IsRFC3339()
  @MaxLength(40)
  validUntil?: string | null;
}

/** What is absent stays as it is. */
export class UpdatePluginSignerRequest {
  @ValidateIf(isGiven)
  @IsString()
  @Length(1, maxLabelLength)
  label?: string;

  /** The plugins it may sign: `*`, a name, or the beginning of names followed by `*`. */
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(maxPatterns)
  @IsString({ each: true })
  @MaxLength(maxPatternLength, { each: true })
  names?: string[];

  /** The most that a plugin it signs may ask for. */
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMaxSize(capabilities.length)
  @IsIn(capabilities, amongCapabilities)
  capabilities?: Capability[];

  /** `retired` signs nothing new, and what was approved goes on; `revoked` is for ever. */
  @ValidateIf(isGiven)
  @IsIn(keyStatuses)
  status?: KeyStatus;

  /** `null` removes it. */
  @IsOptional()
  @IsRFC3339()
  @MaxLength(40)
  validFrom?: string | null;

  /** `null` removes it. */
  @IsOptional()
  @IsRFC3339()
  @MaxLength(40)
  validUntil?: string | null;
}

export class PluginSignerResponse {
  /** The JWK thumbprint (RFC 7638) of the key. */
  keyId: string;
  publicKey: string;
  label: string;
  names: string[];
  @ApiProperty({ enum: capabilities, isArray: true })
  capabilities: Capability[];
  @ApiProperty({ enum: keyStatuses })
  status: KeyStatus;
  validFrom: string | null;
  validUntil: string | null;
  createdAt: string;
  createdBy: ActorResponse;
  updatedAt: string;
}

export class PluginSignerPageResponse {
  items: PluginSignerResponse[];
  nextCursor: string | null;
  total?: number;
}

export function signerResponse(signer: Signer): PluginSignerResponse {
  const { keyId, publicKey, label, status, names, createdBy } = signer;
  return {
    ...{ keyId, publicKey, label, status, createdBy },
    names: [...names],
    capabilities: [...signer.capabilities],
    validFrom: isoTimeOrNull(signer.validFromMs),
    validUntil: isoTimeOrNull(signer.validUntilMs),
    createdAt: isoTime(signer.createdAtMs),
    updatedAt: isoTime(signer.updatedAtMs),
  };
}
