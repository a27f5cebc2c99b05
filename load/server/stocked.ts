import { join } from 'node:path';
import { workDirectory } from './cleanup.js';
import { type Database, emptyDatabaseUrl } from './databases.js';
import { Instance } from './instance.js';
import { multiply } from './multiply.js';
import { promptText, Registry } from './registry.js';

export interface Stock {
  readonly database: Database;
  /** How many prompts, named `many/1` and so on. */
  readonly prompts: number;
  /** 1.0.0 and above, all patches; the newest is labelled `production`. */
  readonly versions?: number;
  readonly text?: string;
  readonly keys?: number;
}

/** A database with prompts in it and nobody connected; instances can be started on it. */
export interface Stocked {
  readonly directory: string;
  /** As an instance takes it: undefined for the SQLite file in the directory. */
  readonly databaseUrl: string | undefined;
  /** As a driver takes it. */
  readonly url: string;
  readonly keys: readonly string[];
}

export const stockName = (index: number) => `many/${index}`;

export async function stock(wish: Stock): Promise<Stocked> {
  const { database, prompts, versions = 1, text = promptText, keys = 1 } = wish;
  const directory = await workDirectory('stock');
  const databaseUrl = await emptyDatabaseUrl(database);
  const instance = await Instance.start({ name: 'stocker', directory, databaseUrl });
  const registry = await Registry.create(instance.url);
  for (let version = 0; version < versions; version += 1) {
    await registry.publish('template', `${text} (${version})`, { labels: ['production'] });
  }
  const made: string[] = [];
  while (made.length < keys) made.push(await registry.makeKey('read', 'publish', 'label'));
  await instance.stop();
  const url = databaseUrl ?? `sqlite:${join(directory, 'promptd.db')}`;
  await multiply(database, url, {
    ...{ project: 'bench', template: 'template', count: prompts, prefix: 'many/' },
  });
  return { directory, databaseUrl, url, keys: made };
}
