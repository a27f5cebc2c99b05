import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/index.js';
import type { Provider } from './provider.js';

const known: readonly Provider[] = [
  { slug: 'anthropic', adapter: 'anthropic', baseUrl: 'https://api.anthropic.com/v1' },
  { slug: 'openai', adapter: 'openai', baseUrl: 'https://api.openai.com/v1' },
];

/**
 * The providers that this server calls: those it knows and those of PROMPTD_PROVIDERS.
 *
 * SECURITY: an operator alone says where a provider is. Whoever could, would be sent the credentials of
 * every project.
 */
@Injectable()
export class ProviderCatalog {
  private readonly bySlug: ReadonlyMap<string, Provider>;

  constructor(@Inject(CONFIG) { providers = [] }: Pick<Config, 'providers'>) {
    const configured = providers.map(({ slug, baseUrl }): Provider => {
      const adapter = known.find((one) => one.slug === slug)?.adapter ?? 'openai-compatible';
      return { slug, adapter, baseUrl };
    });
    this.bySlug = new Map([...known, ...configured].map((one) => [one.slug, one]));
  }

  find(slug: string): Provider | undefined {
    return this.bySlug.get(slug);
  }

  /** By slug. */
  list(): readonly Provider[] {
    return [...this.bySlug.values()].toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  }
}
