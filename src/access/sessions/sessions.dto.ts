import { IsString, Length, MaxLength } from 'class-validator';
import { isoTime } from '../../platform/time/index.js';
import { maxPasswordLength, minPasswordLength } from '../users/password-hasher.js';
import { maxUsernameLength } from '../users/username.js';
import type { User } from '../users/user.js';
import type { IssuedTokens } from './session-tokens.js';

export class LoginRequest {
  @IsString()
  @Length(1, maxUsernameLength)
  username: string;

  @IsString()
  @Length(1, maxPasswordLength)
  password: string;
}

export class RefreshRequest {
  /** Works once. */
  @IsString()
  @MaxLength(256)
  refreshToken: string;
}

export class ChangePasswordRequest {
  @IsString()
  @Length(1, maxPasswordLength)
  currentPassword: string;

  /** 12 to 1024 characters. */
  @IsString()
  @Length(minPasswordLength, maxPasswordLength)
  newPassword: string;
}

export class OwnUserResponse {
  id: string;
  username: string;
  email: string | null;
  instanceAdmin: boolean;
  /** While true, nothing is allowed but to read this, to change the password and to log out. */
  mustChangePassword: boolean;
}

export class SessionResponse {
  /** Send it as `Authorization: Bearer …`. */
  accessToken: string;
  accessTokenExpiresAt: string;
  /** Works once; each refresh hands out the next. */
  refreshToken: string;
  refreshTokenExpiresAt: string;
  user: OwnUserResponse;
}

export function ownUserResponse(user: User): OwnUserResponse {
  const { id, username, email, instanceAdmin, mustChangePassword } = user;
  return { id, username, email, instanceAdmin, mustChangePassword };
}

export function sessionResponse(issued: IssuedTokens): SessionResponse {
  return {
    accessToken: issued.accessToken,
    accessTokenExpiresAt: isoTime(issued.accessTokenExpiresAtMs),
    refreshToken: issued.refreshToken,
    refreshTokenExpiresAt: isoTime(issued.refreshTokenExpiresAtMs),
    user: ownUserResponse(issued.user),
  };
}
