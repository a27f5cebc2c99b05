import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTables,
  dropTables,
  id,
  insertRows,
  type Tables,
  text,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  // A foreign key would need a second index as large as the table.
  prompt_grams: {
    columns: {
      gram: text(3, { primary: true }),
      prompt_id: id({ primary: true }),
    },
  },
};

interface PromptRow {
  readonly id: string;
  readonly search_text: string;
}

const promptsAtOnce = 500;

/** The index of the text search, filled with the prompts there are. */
export class IndexSearchTexts1780000019000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    await runner.query('DELETE FROM prompt_grams');
    for (let last = ''; ;) {
      const prompts = await promptsAfter(runner, last);
      const newest = prompts.at(-1);
      if (!newest) return;
      const rows = prompts.flatMap((prompt) =>
        gramsOf(prompt.search_text).map((gram) => ({ gram, prompt_id: prompt.id })),
      );
      await insertRows(runner, 'prompt_grams', rows);
      last = newest.id;
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}

async function promptsAfter(runner: QueryRunner, last: string): Promise<readonly PromptRow[]> {
  return runner.manager
    .createQueryBuilder()
    .select(['prompt.id AS id', 'prompt.search_text AS search_text'])
    .from('prompts', 'prompt')
    .where('prompt.id > :last', { last })
    .orderBy('prompt.id')
    .limit(promptsAtOnce)
    .getRawMany<PromptRow>();
}

/** At each place of each word three characters, or what is left of the word. */
function gramsOf(searchText: string): readonly string[] {
  const words = searchText.split(/\s+/).map((word) => Array.from(word));
  const grams = words.flatMap((word) =>
    word.map((_, place) => word.slice(place, place + 3).join('')),
  );
  return [...new Set(grams)];
}
