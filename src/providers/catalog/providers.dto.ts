import type { Provider } from './provider.js';

export class ProviderResponse {
  /** What a credential names as its `provider`. */
  slug: string;
  /** How it is spoken to: OpenAI's chat completions, its own or as others understand them, or Anthropic's messages. */
  adapter: 'openai' | 'openai-compatible' | 'anthropic';
  /** Where secrets and messages are sent to, with the port when it is no usual one. */
  host: string;
}

export class ProviderListResponse {
  /** By slug. */
  items: ProviderResponse[];
}

/** SECURITY: the host alone; what is behind it an operator may have meant for nobody. */
export function providerListResponse(providers: readonly Provider[]): ProviderListResponse {
  return {
    items: providers.map(({ slug, adapter, baseUrl }) => ({
      ...{ slug, adapter },
      host: new URL(baseUrl).host,
    })),
  };
}
