import { type CanActivate, Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { passwordLoginDisabled } from './sessions.errors.js';

/** Stands before what takes a password, for instances on which the identity provider alone decides. */
@Injectable()
export class PasswordLoginGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'passwordLogin'>) {}

  canActivate(): boolean {
    if (this.config.passwordLogin) return true;
    throw passwordLoginDisabled('Sign in with the identity provider; see GET /v1/auth/methods.');
  }
}
