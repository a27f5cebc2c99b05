import {
  IsBoolean,
  IsEmail,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { PageQuery, QueryBoolean } from '../../platform/http/index.js';
import { isoTime } from '../../platform/time/index.js';
import { maxPasswordLength, minPasswordLength } from './password-hasher.js';
import { maxUsernameLength } from './username.js';
import type { User } from './user.js';

const maxEmailLength = 254;

export class ListUsersQuery extends PageQuery {
  /** The start of the usernames to list. */
  @IsOptional()
  @MaxLength(maxUsernameLength)
  @Matches(/^[a-z0-9._-]*$/, { message: 'must be the start of a username' })
  prefix?: string;

  /** Only active users, or only deactivated ones. */
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  active?: boolean;
}

export class CreateUserRequest {
  /** 1 to 64 lower-case letters and digits, with single dots, underscores or hyphens between. */
  @IsString()
  @MaxLength(maxUsernameLength)
  username: string;

  /** 12 to 1024 characters. */
  @IsString()
  @Length(minPasswordLength, maxPasswordLength)
  password: string;

  @IsOptional()
  @IsEmail()
  @MaxLength(maxEmailLength)
  email?: string | null;

  @ValidateIf((request: CreateUserRequest) => request.instanceAdmin !== undefined)
  @IsBoolean()
  instanceAdmin?: boolean = false;

  /** Whether the user must choose another password before anything else. */
  @ValidateIf((request: CreateUserRequest) => request.mustChangePassword !== undefined)
  @IsBoolean()
  mustChangePassword?: boolean = true;
}

/** What is absent stays as it is. */
export class UpdateUserRequest {
  /** `null` removes it. */
  @IsOptional()
  @IsEmail()
  @MaxLength(maxEmailLength)
  email?: string | null;

  @ValidateIf((request: UpdateUserRequest) => request.instanceAdmin !== undefined)
  @IsBoolean()
  instanceAdmin?: boolean;

  /** `false` ends all sessions of the user. */
  @ValidateIf((request: UpdateUserRequest) => request.active !== undefined)
  @IsBoolean()
  active?: boolean;

  /** A new password, 12 to 1024 characters. It ends all sessions of the user. */
  @ValidateIf((request: UpdateUserRequest) => request.password !== undefined)
  @IsString()
  @Length(minPasswordLength, maxPasswordLength)
  password?: string;

  /** Whether the user must choose another password first. Becomes true with a new password. */
  @ValidateIf((request: UpdateUserRequest) => request.mustChangePassword !== undefined)
  @IsBoolean()
  mustChangePassword?: boolean;
}

export class UserResponse {
  id: string;
  username: string;
  email: string | null;
  instanceAdmin: boolean;
  mustChangePassword: boolean;
  active: boolean;
  createdAt: string;
  updatedAt: string;
}

export class UserPageResponse {
  items: UserResponse[];
  nextCursor: string | null;
  total?: number;
}

export function userResponse(user: User): UserResponse {
  const { createdAtMs, updatedAtMs, ...shown } = user;
  return { ...shown, createdAt: isoTime(createdAtMs), updatedAt: isoTime(updatedAtMs) };
}
