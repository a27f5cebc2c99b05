import { ApiClient } from './api/api-client.js';
import { CliError } from './cli-error.js';
import type { Environment } from './environment.js';
import { SessionCredential } from './session/session-credential.js';
import type { SessionFile } from './session/session-file.js';

const DEFAULT_SERVER = 'http://127.0.0.1:8080';

/** The server asked for, else the one of the environment, else the one on this machine. */
export function serverAddress(env: Environment, asked?: string): string {
  const text = asked ?? env.PROMPTD_SERVER ?? DEFAULT_SERVER;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new CliError(`${text} is no address of a server: give one such as ${DEFAULT_SERVER}`);
  }
  return url.href.replace(/\/+$/, '');
}

/**
 * A client with the API key of the environment, else with the stored session, whose server is used
 * when the environment names none.
 */
export async function connect(env: Environment, file: SessionFile): Promise<ApiClient> {
  const key = env.PROMPTD_API_KEY;
  if (key) {
    return new ApiClient(serverAddress(env), { token: async () => Promise.resolve(key) });
  }
  const session = await file.read();
  const server = serverAddress(env, env.PROMPTD_SERVER ?? session?.server);
  // SECURITY: the tokens of one server are never sent to another.
  if (session?.server !== server) {
    throw new CliError(`not logged in to ${server}: run \`promptd login\` or set PROMPTD_API_KEY`);
  }
  return new ApiClient(server, new SessionCredential(file, session));
}
