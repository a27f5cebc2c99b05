import { parseTemplate } from './parse-template.js';
import { type Template } from './template.js';

/** What one node weighs beside its text, in characters of two bytes; measured at 140 bytes. */
const charactersPerNode = 70;

/**
 * Parsed templates, the least recently used forgotten first. Its size is counted in characters of
 * the texts plus a constant for each node, and never exceeds `maxCharacters`; a template larger
 * than that is parsed each time.
 */
export class TemplateCache {
  readonly #templates = new Map<string, Template>();
  #size = 0;

  constructor(private readonly maxCharacters: number) {}

  /** In characters, never above `maxCharacters`. */
  get size(): number {
    return this.#size;
  }

  /**
   * @param pointer the JSON Pointer of the text, for the answer
   * @throws invalid-template
   */
  get(source: string, pointer?: string): Template {
    const known = this.#templates.get(source);
    const template = known ?? parseTemplate(source, pointer);
    if (known === undefined) {
      if (sizeOf(template) > this.maxCharacters) return template;
      this.#size += sizeOf(template);
    }
    // A Map keeps insertion order, so what is set last is what was used last.
    this.#templates.delete(source);
    this.#templates.set(source, template);
    this.#forgetOldest();
    return template;
  }

  #forgetOldest(): void {
    for (const [source, template] of this.#templates) {
      if (this.#size <= this.maxCharacters) return;
      this.#templates.delete(source);
      this.#size -= sizeOf(template);
    }
  }
}

function sizeOf({ source, nodeCount }: Template): number {
  return source.length + nodeCount * charactersPerNode;
}

/** Shared by the process: some 16 MB when full. */
export const templates = new TemplateCache(8 * 1024 * 1024);
