import { ApiClient, type Credential } from '../api/api-client.js';
import { ApiProblem } from '../api/api-problem.js';
import { CliError } from '../cli-error.js';
import type { SessionFile, StoredSession } from './session-file.js';

/** What login and refresh answer. */
export type SessionAnswer = Omit<StoredSession, 'server'>;

/** An access token that ends sooner is refreshed before it is used. */
const SPARE_MS = 30_000;

/** Picks what is kept; the answer holds more. */
export function storedSession(server: string, answer: SessionAnswer): StoredSession {
  const { accessToken, accessTokenExpiresAt, refreshToken } = answer;
  return { server, accessToken, accessTokenExpiresAt, refreshToken };
}

/** The access token of the stored session, refreshed when it is about to end. */
export class SessionCredential implements Credential {
  private refreshing: Promise<StoredSession> | undefined;

  constructor(
    private readonly file: SessionFile,
    private session: StoredSession,
  ) {}

  async token(): Promise<string> {
    if (!isFresh(this.session)) {
      // The server ends a session whose refresh token comes twice, so all callers share one refresh.
      this.refreshing ??= this.refresh().finally(() => {
        this.refreshing = undefined;
      });
      this.session = await this.refreshing;
    }
    return this.session.accessToken;
  }

  private async refresh(): Promise<StoredSession> {
    // Another command may have refreshed it since this one began.
    const { server, ...stored } = (await this.file.read()) ?? this.session;
    if (server !== this.session.server) throw new CliError('another login took place meanwhile');
    if (isFresh({ server, ...stored })) return { server, ...stored };
    try {
      const { refreshToken } = stored;
      const answer = await new ApiClient(server).post<SessionAnswer>('/v1/auth/refresh', {
        refreshToken,
      });
      const session = storedSession(server, answer);
      await this.file.write(session);
      return session;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
      await this.file.remove();
      throw new CliError('the session has ended: run `promptd login`', { cause: error });
    }
  }
}

function isFresh({ accessTokenExpiresAt }: StoredSession): boolean {
  return Date.parse(accessTokenExpiresAt) - SPARE_MS > Date.now();
}
