import { ApiClient } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import type { Terminal } from '../terminal.js';
import { CallbackListener } from './callback-listener.js';
import { type SessionAnswer, storedSession } from './session-credential.js';
import type { SessionFile } from './session-file.js';

interface StartedSignIn {
  readonly authorizationUrl: string;
  readonly flow: string;
}

interface SignInAnswer extends SessionAnswer {
  readonly user: { readonly username: string };
}

const PATIENCE_MS = 5 * 60 * 1000;

/** Starts a session by way of the identity provider, in whatever browser opens the address. */
export async function loginWithProvider(
  server: string,
  file: SessionFile,
  terminal: Terminal,
): Promise<void> {
  const client = new ApiClient(server);
  const listener = await CallbackListener.open();
  try {
    const { redirectUri } = listener;
    const started = await client.post<StartedSignIn>('/v1/auth/oidc/authorize', { redirectUri });
    const { href, state } = signInPage(started);
    terminal.note(`Open this address in a browser on this machine and sign in:\n\n  ${href}\n`);
    const callbackUrl = await listener.answer(state, PATIENCE_MS);
    const { flow } = started;
    const answer = await client.post<SignInAnswer>('/v1/auth/oidc/token', { flow, callbackUrl });
    await file.write(storedSession(server, answer));
    terminal.print(`logged in to ${server} as ${answer.user.username}`);
  } finally {
    listener.close();
  }
}

/** SECURITY: what is shown comes from the server; read as a URL it cannot steer the terminal. */
function signInPage({ authorizationUrl }: StartedSignIn): { href: string; state: string } {
  const url = URL.canParse(authorizationUrl) ? new URL(authorizationUrl) : undefined;
  const state = url?.searchParams.get('state');
  if (!url || !state || !/^https?:$/.test(url.protocol)) {
    throw new CliError('the server gave no address to sign in at');
  }
  return { href: url.href, state };
}
