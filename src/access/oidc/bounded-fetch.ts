import type { CustomFetch } from 'openid-client';
import { identityProviderUnavailable } from './oidc.errors.js';

/** Metadata, keys and tokens are a few KiB. */
export const maxAnswerBytes = 1024 * 1024;

/**
 * Calls the identity provider, whose address is the operator's choice and may be private. What is no
 * whole answer is a problem of its own, so that an outage never looks like a wrong code.
 *
 * @throws identity-provider-unavailable for no answer, one that is too large, and one that is
 * neither a success nor the token endpoint's word that a code is wrong
 */
export const boundedFetch: CustomFetch = async (url, options) => {
  try {
    const { duplex: _, ...rest } = options;
    const answer = await fetch(url, rest as RequestInit);
    const { status, headers } = answer;
    // RFC 6749, 5.2
    const isRefusal = options.method === 'POST' && (status === 400 || status === 401);
    if (!answer.ok && !isRefusal) {
      // What nobody reads would keep its connection.
      await answer.body?.cancel();
      throw new Error(`it answered ${status}`);
    }
    return new Response(await bodyOf(answer), { status, headers });
  } catch (cause) {
    throw providerAway(cause);
  }
};

export function providerAway(cause: unknown) {
  return identityProviderUnavailable(
    'The identity provider gives no usable answer; try again after Retry-After.',
    { cause, headers: { 'Retry-After': '5' } },
  );
}

/** SECURITY: without the bound one answer could fill the memory; compression hides its size. */
async function bodyOf(answer: Response): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const body = answer.body as ReadableStream<Uint8Array<ArrayBuffer>> | null;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error(`it answered more than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return new Blob(chunks);
}
