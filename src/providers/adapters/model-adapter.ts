import type { Completion, CompletionRequest } from '../../plugins/index.js';

/** What is sent to a provider. */
export interface ModelRequest {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where a provider is, and what it asks for. */
export interface ModelAccess {
  readonly baseUrl: string;
  readonly secret: string;
}

/**
 * The wire format of a kind of providers. It is pure, and makes requests field by field: whatever a
 * plugin wrote beside those fields is sent to nobody.
 */
export interface ModelAdapter {
  /**
   * SECURITY: the secret is in one header and nowhere else, because addresses and bodies are logged on
   * their way.
   *
   * @throws validation-failed for what such a provider has no way to do
   */
  request(access: ModelAccess, completion: CompletionRequest): ModelRequest;
  /** What the JSON of a successful answer says; undefined for what such a provider never says. */
  completion(json: unknown): Completion | undefined;
}
