import { ApiClient } from '../api/api-client.js';
import { ApiProblem } from '../api/api-problem.js';
import { CliError } from '../cli-error.js';
import type { Environment } from '../environment.js';
import type { Terminal } from '../terminal.js';
import { type SessionAnswer, SessionCredential, storedSession } from './session-credential.js';
import type { SessionFile } from './session-file.js';

interface LoginAnswer extends SessionAnswer {
  readonly user: { readonly mustChangePassword: boolean };
}

/** Starts a session and keeps it. A one-time password is changed first, since nothing else is allowed. */
export async function login(
  server: string,
  username: string,
  file: SessionFile,
  { env, terminal }: { readonly env: Environment; readonly terminal: Terminal },
): Promise<void> {
  const password = env.PROMPTD_PASSWORD ?? (await terminal.askSecret(`Password of ${username}`));
  const answer = await new ApiClient(server).post<LoginAnswer>('/v1/auth/login', {
    username,
    password,
  });
  if (answer.user.mustChangePassword) {
    terminal.note('This password has to be changed before anything else.');
    const newPassword = env.PROMPTD_NEW_PASSWORD ?? (await askNewPassword(terminal));
    const session = new ApiClient(server, {
      token: async () => Promise.resolve(answer.accessToken),
    });
    await session.command('PUT', '/v1/auth/password', { currentPassword: password, newPassword });
  }
  await file.write(storedSession(server, answer));
  terminal.print(`logged in to ${server} as ${username}`);
}

async function askNewPassword(terminal: Terminal): Promise<string> {
  const first = await terminal.askSecret('New password');
  const second = await terminal.askSecret('The same again');
  if (first !== second) throw new CliError('the two passwords differ: nothing was changed');
  return first;
}

/** Ends the session on the server, and forgets it in any case. */
export async function logout(file: SessionFile, terminal: Terminal): Promise<void> {
  const session = await file.read();
  if (session) {
    const client = new ApiClient(session.server, new SessionCredential(file, session));
    try {
      await client.command('POST', '/v1/auth/logout');
    } catch (error) {
      if (!hasEnded(error)) throw error;
    } finally {
      await file.remove();
    }
  }
  terminal.print('logged out');
}

function hasEnded(error: unknown): boolean {
  return error instanceof ApiProblem
    ? error.status === 401
    : (error as Error).cause instanceof ApiProblem;
}
