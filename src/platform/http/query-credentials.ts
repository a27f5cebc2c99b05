import { credentialInQuery } from './http.errors.js';

/** Without case, hyphens and underscores: `access_token`, `accessToken` and `ACCESS-TOKEN` are one. */
const names = new Set([
  ...['accesstoken', 'refreshtoken', 'token', 'apikey', 'keysecret', 'secret', 'clientsecret'],
  ...['password', 'currentpassword', 'newpassword'],
]);

/**
 * An API key of ours, or a JWT in its compact form (RFC 7519): both begin as nothing else does. The
 * bound of a JWT's header keeps the time linear in a text that begins like one again and again.
 */
const values = /pdk_[0-9A-Za-z]{38}|\beyJ[\w-]{8,1024}\.[\w-]+\.[\w-]*/;

/**
 * Refuses a credential in the query of a URL, whatever the route.
 *
 * SECURITY: proxies, browsers and shells keep URLs, so it has leaked before it is read. It is not
 * repeated in the answer, and the query is in no line of the log.
 *
 * @param query what stands behind the question mark, as it was sent
 * @throws credential-in-query
 */
export function refuseCredentials(query: string): void {
  const found = query.split('&').some((parameter) => {
    const [name = '', value = ''] = parameter.split(/=(.*)/s).map(decoded);
    return names.has(name.toLowerCase().replace(/[-_]/g, '')) || values.test(name + ' ' + value);
  });
  if (!found) return;
  throw credentialInQuery(
    'Send the credential in the Authorization header. Replace this one, since whoever keeps URLs ' +
      'may have logged it.',
  );
}

/** What is no valid encoding is refused later, if anybody wants to know what it means. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
