import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error.js';
import type { Environment } from '../environment.js';

/** A login on one server, as the server answered it. */
export interface StoredSession {
  readonly server: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAt: string;
  readonly refreshToken: string;
}

/** By the XDG base directory specification. */
export function sessionPath(env: Environment): string {
  return join(env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'promptd', 'session.json');
}

/** The one session that this user has, in a file that nobody else can read. */
export class SessionFile {
  constructor(private readonly path: string) {}

  async read(): Promise<StoredSession | undefined> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return JSON.parse(text) as StoredSession;
    } catch {
      throw new CliError(`${this.path} is damaged: remove it and log in again`);
    }
  }

  /** Replaces the file as a whole, so that another command never reads half of it. */
  async write(session: StoredSession): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const draft = `${this.path}.${randomBytes(6).toString('hex')}`;
    // SECURITY: the mode is set when the file is made; changed afterwards it would be too late.
    await writeFile(draft, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, this.path);
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
