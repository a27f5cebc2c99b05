/** RFC 8252, 7.3: a program on the user's machine listens on whatever port is free. */
const loopback = /^http:\/\/(?:127\.0\.0\.1|\[::1\]):\d{1,5}\/callback$/;

/**
 * Whether the provider may send a user's code there: an address of the configuration, character by
 * character, or the callback of a program on the user's own machine.
 *
 * SECURITY: whoever gets a code sent elsewhere has what is half of a sign-in (RFC 9700, 4.1).
 */
export function isAllowedRedirect(uri: string, configured: readonly string[]): boolean {
  if (configured.includes(uri)) return true;
  // A URL that reads back differently could be compared as one thing and called as another.
  return loopback.test(uri) && URL.canParse(uri) && new URL(uri).href === uri;
}

/**
 * The address that the provider sent the user to, when it is the one that was asked for. Only its
 * query is taken from what the caller says.
 */
export function callbackAt(redirectUri: string, called: string): URL | undefined {
  if (!URL.canParse(called)) return undefined;
  const url = new URL(called);
  const { search } = url;
  url.search = '';
  url.hash = '';
  if (url.href !== redirectUri) return undefined;
  url.search = search;
  return url;
}
