import { posix } from 'node:path';

/** The module that the runner gives to every plugin. */
export const apiSpecifier = 'promptd:api';

/**
 * The text of a plugin's modules by their path in its tree. Files that cannot be modules never come
 * here, so that what is not found has one explanation.
 */
export class ModuleTree {
  private readonly texts = new Map<string, string>();

  /** Parts of a file come in order. */
  add(path: string, part: string): void {
    this.texts.set(path, (this.texts.get(path) ?? '') + part);
  }

  get(path: string): string {
    const text = this.texts.get(path);
    if (text === undefined) throw new Error(`${path} is not a module of this plugin.`);
    return text;
  }

  /** The path that an import leads to, or `promptd:api`. Throws with a text for the plugin's author. */
  resolve(specifier: string, importer: string): string {
    if (specifier === apiSpecifier) return specifier;
    if (!/^\.{1,2}\//.test(specifier)) {
      throw new Error(
        `${importer} imports "${specifier}"; a plugin may import ${apiSpecifier} and files of its own, ` +
          'with a path that begins with ./ or ../',
      );
    }
    const path = posix.join(posix.dirname(importer), specifier);
    if (!this.texts.has(path)) {
      throw new Error(`${importer} imports "${specifier}", and there is no module ${path}.`);
    }
    return path;
  }
}
