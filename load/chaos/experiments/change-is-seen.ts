import { randomUUID } from 'node:crypto';
import { measureVisibility } from '../../server/visibility.js';
import { percentile } from '../../statistics.js';
import type { Experiment } from '../experiment.js';

const prompt = 'chaos/seen';

export const changeIsSeen: Experiment = {
  name: 'change-is-seen',
  what: 'publishes at one instance, reads at the other, under load',
  run: async (pair, { changes }) => {
    // Readers ask the one instance only, so the label must never go back for them.
    const traffic = await pair.traffic({ readUrl: pair.right.url, oneInstance: true });
    const writer = await pair.registry.withKey('read', 'publish', 'label');
    const delays = await measureVisibility({
      prompt,
      label: 'live',
      changes,
      reader: writer.at(pair.right.url),
      change: () => writer.publish(prompt, randomUUID(), { labels: ['live'] }),
    });
    return {
      tally: await traffic.stop(),
      facts: {
        changes,
        p50Ms: percentile(delays, 0.5),
        p99Ms: percentile(delays, 0.99),
        maxMs: percentile(delays, 1),
      },
    };
  },
};
