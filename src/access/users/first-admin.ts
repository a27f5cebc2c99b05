import { Injectable } from '@nestjs/common';
import { length } from 'class-validator';
import type { OperationContext } from '../../platform/authorization/index.js';
import { randomBase62 } from '../../platform/crypto/index.js';
import { Problem, validationFailed } from '../../platform/errors/index.js';
import { maxPasswordLength, minPasswordLength } from './password-hasher.js';
import { isUsername, usernameRule } from './username.js';
import { userExists } from './users.errors.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

export interface FirstAdminSettings {
  readonly username: string;
  /** Made up when undefined. */
  readonly password: string | undefined;
}

/** The admin that this instance created. */
export interface CreatedAdmin {
  readonly username: string;
  /** To be shown once and then forgotten; undefined when the settings gave the password. */
  readonly generatedPassword: string | undefined;
}

/** 130 random bits. */
const generatedLength = 22;

/** Creates the instance admin of an empty database. There is no default password. */
@Injectable()
export class FirstAdmin {
  constructor(
    private readonly users: UsersRepository,
    private readonly service: UsersService,
  ) {}

  /**
   * Undefined when there are users already, or when another instance that starts at the same time
   * was faster: then that one shows the password.
   *
   * @throws validation-failed when the settings name no valid username or too short a password
   */
  async ensure(
    ctx: OperationContext,
    { username, password: given }: FirstAdminSettings,
  ): Promise<CreatedAdmin | undefined> {
    if (await this.users.any(ctx)) return undefined;
    checkSettings(username, given);
    const generatedPassword = given === undefined ? randomBase62(generatedLength) : undefined;
    const password = given ?? generatedPassword ?? '';
    const mustChangePassword = generatedPassword !== undefined;
    try {
      const draft = { username, password, email: null, instanceAdmin: true, mustChangePassword };
      await this.service.insert(ctx, draft);
    } catch (error) {
      if (error instanceof Problem && error.definition === userExists.definition) return undefined;
      throw error;
    }
    return { username, generatedPassword };
  }
}

/** Whoever starts the program reads the sentence alone, so it says what is wrong. */
function checkSettings(username: string, password: string | undefined): void {
  if (!isUsername(username)) throw validationFailed(`The first admin's username ${usernameRule}.`);
  if (password === undefined || length(password, minPasswordLength, maxPasswordLength)) return;
  throw validationFailed(
    `The first admin's password must have ${minPasswordLength} to ${maxPasswordLength} characters.`,
  );
}
