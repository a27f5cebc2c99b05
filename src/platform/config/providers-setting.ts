/** Where a provider of models answers, as an operator says it. */
export interface ProviderAddress {
  readonly slug: string;
  /** An http or https URL without a final slash, to which an adapter adds its paths. */
  readonly baseUrl: string;
}

/** What providers are named by, in settings and by the credentials that projects have of them. */
function isProviderSlug(text: string): boolean {
  return text.length <= 64 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text);
}

/** `openai=https://gateway.example.com/v1,ollama=http://ollama:11434/v1`; each slug once. */
export function parseProviders(text: string): readonly ProviderAddress[] | undefined {
  const addresses = text.split(',').map((entry) => parseProvider(entry.trim()));
  if (!addresses.every((address) => address !== undefined)) return undefined;
  const slugs = new Set(addresses.map(({ slug }) => slug));
  return slugs.size === addresses.length ? addresses : undefined;
}

function parseProvider(entry: string): ProviderAddress | undefined {
  const [, slug = '', address = ''] = /^([^=]*)=(.*)$/.exec(entry) ?? [];
  if (!isProviderSlug(slug)) return undefined;
  const baseUrl = parseBaseUrl(address);
  return baseUrl === undefined ? undefined : { slug, baseUrl };
}

/** SECURITY: no user name and no password; what a provider asks for is a credential of a project. */
function parseBaseUrl(text: string): string | undefined {
  if (!URL.canParse(text) || /[?#]/.test(text)) return undefined;
  const { protocol, username, password, origin, pathname } = new URL(text);
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return undefined;
  return origin + pathname.replace(/\/+$/, '');
}
