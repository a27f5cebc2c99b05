import { TemplateCache } from './template-cache.js';

describe('TemplateCache', () => {
  it('parses a text once', () => {
    const cache = new TemplateCache(1000);
    expect(cache.get('{{a}}')).toBe(cache.get('{{a}}'));
  });

  it('stays within its size after 20,000 different templates', () => {
    const maxCharacters = 10_000;
    const cache = new TemplateCache(maxCharacters);
    let largest = 0;
    for (let index = 0; index < 20_000; index += 1) {
      cache.get(`{{#a}}number ${index}{{/a}}`);
      largest = Math.max(largest, cache.size);
    }
    expect(largest).toBeLessThanOrEqual(maxCharacters);
    expect(cache.size).toBeGreaterThan(maxCharacters / 2);
  });

  it('counts a template that is used again once', () => {
    const cache = new TemplateCache(1000);
    cache.get('{{a}}');
    const { size } = cache;
    cache.get('{{a}}');
    expect(cache.size).toBe(size);
  });

  it('forgets what was used longest ago', () => {
    const cache = new TemplateCache(2 * 71);
    const kept = cache.get('a');
    const forgotten = cache.get('b');
    cache.get('a');
    cache.get('c');
    expect(cache.get('a')).toBe(kept);
    expect(cache.get('b')).not.toBe(forgotten);
  });

  it('does not empty itself for a template larger than all of it', () => {
    const cache = new TemplateCache(200);
    const kept = cache.get('a');
    expect(cache.get('x'.repeat(200)).nodes).toHaveLength(1);
    expect(cache.get('a')).toBe(kept);
  });

  it('keeps nothing of a template that does not parse', () => {
    const cache = new TemplateCache(1000);
    expect(() => cache.get('{{x')).toThrow();
    expect(cache.size).toBe(0);
  });
});
