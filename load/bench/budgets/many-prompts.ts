import { stock, stockName } from '../../server/stocked.js';
import { type Budget, readRequest } from '../bench.js';
import { interleave } from '../rounds.js';
import { compareRates } from '../throughput.js';
import { atLeast, judge } from '../verdict.js';
import { seededRandom, zipf } from '../zipf.js';

const keys = 100;
/** As many requests as are made beforehand; connections walk through them from different places. */
const sampled = 20_000;

/** Many prompts read by many keys, the popular ones more often, against one URL and one key. */
export const manyPrompts: Budget = {
  name: 'many-prompts',
  measure: async (bench) => {
    const prompts = bench.options.quick ? 1000 : 10_000;
    const { directory, keys: tokens } = await stock({ database: 'sqlite', prompts, keys });
    const promptd = await bench.promptd({ directory });
    const path = (index: number) =>
      `/v1/projects/bench/prompts/${encodeURIComponent(stockName(index))}/versions/1.0.0`;
    await readEach(prompts, (index) => promptd.url + path(index), tokens[0] ?? '');

    const random = seededRandom(1);
    const popular = zipf(prompts, random);
    const requests = Array.from({ length: sampled }, () => {
      const key = tokens[Math.floor(random() * keys)] ?? '';
      return readRequest(path(popular()), key);
    });
    // Just as long, so that the generator has the same work.
    const single = requests.map(() => readRequest(path(1), tokens[0] ?? ''));
    const results = await interleave(bench.options.rounds, {
      single: () => bench.load(promptd, { requests: single }),
      many: () => bench.load(promptd, { requests }),
    });
    const { rounds, detail } = compareRates(results.many, results.single);
    const what = `${prompts} prompts, ${keys} keys`;
    return [judge({ budget: 'many-prompts', what, limit: atLeast(0.9) }, rounds, detail)];
  },
};

/** Reads every one once, so that it is in the cache. */
export async function readEach(
  count: number,
  url: (index: number) => string,
  key: string,
): Promise<void> {
  let next = 1;
  const worker = async () => {
    while (next <= count) {
      const index = next;
      next += 1;
      const response = await fetch(url(index), { headers: { Authorization: `Bearer ${key}` } });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${url(index)}: ${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}
