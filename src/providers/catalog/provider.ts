/** Which of the adapters speaks to a provider. */
export type AdapterName = 'openai' | 'openai-compatible' | 'anthropic';

/** A provider of models that promptd can call. */
export interface Provider {
  /** What credentials and plugins name it by. */
  readonly slug: string;
  readonly adapter: AdapterName;
  /** Without a final slash. */
  readonly baseUrl: string;
}
