/** Why nothing was connected to: the address is not one that may be called. */
export type RefusalReason =
  'invalid-url' | 'scheme-not-allowed' | 'userinfo-not-allowed' | 'address-not-allowed';

/** Why there is no answer: the call was allowed, and another try may succeed. */
export type FailureReason = 'unknown-host' | 'timeout' | 'answer-too-large' | 'connection-failed';

/**
 * The call was refused before any connection was made; it will be until the address or the
 * allow-list changes.
 *
 * SECURITY: the message names the host and never the path or the query, which may hold a secret, nor
 * what the name resolved to, which would map the inner network for whoever configured the address.
 */
export class OutboundRefused extends Error {
  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    super(message);
    this.name = 'OutboundRefused';
  }
}

/** There was no whole answer. The other side may have received the request all the same. */
export class OutboundFailed extends Error {
  constructor(
    readonly reason: FailureReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'OutboundFailed';
  }
}
