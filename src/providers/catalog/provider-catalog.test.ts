import { ProviderCatalog } from './provider-catalog.js';

it('knows two providers by itself', () => {
  expect(new ProviderCatalog({ providers: undefined }).list()).toEqual([
    { slug: 'anthropic', adapter: 'anthropic', baseUrl: 'https://api.anthropic.com/v1' },
    { slug: 'openai', adapter: 'openai', baseUrl: 'https://api.openai.com/v1' },
  ]);
});

it('calls one it knows at another address, and others as they are compatible with OpenAI', () => {
  const catalog = new ProviderCatalog({
    providers: [
      { slug: 'ollama', baseUrl: 'http://ollama:11434/v1' },
      { slug: 'anthropic', baseUrl: 'https://gateway.example.com' },
    ],
  });
  expect(catalog.list()).toEqual([
    { slug: 'anthropic', adapter: 'anthropic', baseUrl: 'https://gateway.example.com' },
    { slug: 'ollama', adapter: 'openai-compatible', baseUrl: 'http://ollama:11434/v1' },
    { slug: 'openai', adapter: 'openai', baseUrl: 'https://api.openai.com/v1' },
  ]);
  expect(catalog.find('ollama')).toBe(catalog.list()[1]);
  expect(catalog.find('__proto__')).toBeUndefined();
});
