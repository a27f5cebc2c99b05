import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { In } from 'typeorm';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Database, statement } from '../../platform/database/index.js';
import { type GramRange, gramRanges, gramsOf } from './grams.js';
import { promptGramRows } from './prompt-grams.rows.js';

/** From how many prompts on it is faster to look through them in order than to sort what is found. */
const manyPrompts = 500;

/** How many ranges are counted; of more, some that are spread over all. */
const maxRanges = 8;

/** Of one statement: far fewer parameters than any database takes. */
const rowsOfInsert = 500;

/** For how long a count is believed, and how many are: a wrong one costs time and nothing else. */
const rememberedCounts = { max: 20_000, ttl: 60_000 };

/**
 * One statement for each number of ranges: how many prompts each has, as far as that matters. Without
 * the order Postgres looks for the first of many by reading the whole table.
 */
const countRanges = Array.from({ length: maxRanges }, (_, last) => {
  const counts = Array.from(
    { length: last + 1 },
    (_, range) =>
      `(SELECT COUNT(*) FROM (SELECT gram FROM prompt_grams WHERE gram >= ? AND gram <= ?
          ORDER BY gram, prompt_id LIMIT ${manyPrompts}) some${range}) AS range${range}`,
  );
  return statement(`SELECT ${counts.join(', ')}`);
});

/** The index of the text search: from pieces of words to the prompts that have them. */
@Injectable()
export class PromptGramsRepository {
  /** By where the range starts: how many prompts it has, or that it has many. */
  private readonly counts = new LRUCache<string, number>(rememberedCounts);

  constructor(private readonly database: Database) {}

  async insert(tx: OperationContext, promptId: string, searchText: string): Promise<void> {
    await this.add(tx, promptId, gramsOf(searchText));
  }

  async update(
    tx: OperationContext,
    promptId: string,
    { before, after }: { readonly before: string; readonly after: string },
  ): Promise<void> {
    const old = gramsOf(before);
    const wanted = gramsOf(after);
    for (const gone of chunks(old.difference(wanted))) {
      await this.database.rows(tx, promptGramRows).delete({ promptId, gram: In(gone) });
    }
    await this.add(tx, promptId, wanted.difference(old));
  }

  /**
   * Of the words, what the fewest prompts have; undefined when everything in them is frequent.
   *
   * @param words in the form of `searchText`
   */
  async findRare(ctx: OperationContext, words: readonly string[]): Promise<GramRange | undefined> {
    const ranges = spread(words.flatMap(gramRanges));
    const known = this.fewest(ranges);
    if (known) return known;
    await this.count(
      ctx,
      ranges.filter(({ from }) => !this.counts.has(from)),
    );
    return this.fewest(ranges);
  }

  /** As far as counts are remembered. */
  private fewest(ranges: readonly GramRange[]): GramRange | undefined {
    const counted = ranges.map((range) => ({
      range,
      count: this.counts.get(range.from) ?? manyPrompts,
    }));
    const [first] = counted.toSorted((one, other) => one.count - other.count);
    return first && first.count < manyPrompts ? first.range : undefined;
  }

  private async count(ctx: OperationContext, ranges: readonly GramRange[]): Promise<void> {
    const statement = countRanges[ranges.length - 1];
    if (!statement) return;
    const [counted] = await this.database.query<Record<string, string | number>>(
      ctx,
      statement,
      ranges.flatMap(({ from, to }) => [from, to]),
    );
    for (const [range, { from }] of ranges.entries()) {
      this.counts.set(from, Number(counted?.[`range${range}`]));
    }
  }

  private async add(
    tx: OperationContext,
    promptId: string,
    grams: ReadonlySet<string>,
  ): Promise<void> {
    for (const chunk of chunks(grams)) {
      await this.database
        .rows(tx, promptGramRows)
        .insert(chunk.map((gram) => ({ gram, promptId })));
    }
  }
}

function spread(ranges: readonly GramRange[]): readonly GramRange[] {
  const step = Math.max(1, ranges.length / maxRanges);
  const chosen = Array.from({ length: Math.min(ranges.length, maxRanges) }, (_, place) =>
    ranges.at(Math.floor(place * step)),
  );
  return chosen.filter((range) => range !== undefined);
}

function chunks(grams: ReadonlySet<string>): readonly string[][] {
  const all = [...grams];
  return Array.from({ length: Math.ceil(all.length / rowsOfInsert) }, (_, chunk) =>
    all.slice(chunk * rowsOfInsert, (chunk + 1) * rowsOfInsert),
  );
}
