import { databases } from '../../../test/support/databases-under-test.js';
import { findNginx, startBalancer } from '../../server/balancer.js';
import type { Database } from '../../server/databases.js';
import { emptyDatabaseUrl } from '../../server/databases.js';
import { Registry } from '../../server/registry.js';
import { measureVisibility, togglesLabel } from '../../server/visibility.js';
import { percentile } from '../../statistics.js';
import type { Bench, Budget } from '../bench.js';
import { eachDatabase } from '../each-database.js';
import { round } from '../throughput.js';
import { atMost, type Finding, judge, notMeasurable, type Subject } from '../verdict.js';

const prompt = 'shared/prompt';
const label = 'live';
const limitMs: Readonly<Record<Database, number>> = { postgres: 100, mysql: 1000, sqlite: 1000 };

/**
 * A label is moved at one instance and read at another until the read shows it; then the same with
 * both behind a balancer. SQLite has one instance, which must show its own change at once.
 */
export const visible: Budget = {
  name: 'visible',
  measure: (bench) =>
    eachDatabase({ budget: 'visible', limit: atMost(0, 'ms') }, databases, (database, subject) =>
      measure(bench, database, { ...subject, limit: atMost(limitMs[database], 'ms') }),
    ),
};

async function measure(
  bench: Bench,
  database: Database,
  subject: Subject,
): Promise<readonly Finding[]> {
  const databaseUrl = await emptyDatabaseUrl(database);
  // One after the other: the first migrates.
  const left = await bench.promptd({ name: 'left', databaseUrl });
  const right = databaseUrl && (await bench.promptd({ name: 'right', databaseUrl }));
  const registry = await Registry.create(left.url);
  const versions = [
    await registry.publish(prompt, 'one', { labels: [label] }),
    await registry.publish(prompt, 'two'),
  ] as const;
  const key = await registry.withKey('read', 'label');
  // Where nobody tells the other instance, each change takes most of a second.
  const changes = bench.options.quick || database === 'mysql' ? 100 : 1000;
  const delays = (writer: Registry, reader: Registry, inARow: number) => {
    const change = togglesLabel(writer, prompt, label, versions);
    return measureVisibility({ prompt, label, changes, change, reader, inARow });
  };

  const findings = [
    finding(
      { ...subject, what: `${database}, p99` },
      await delays(key, right ? key.at(right.url) : key, 1),
    ),
  ];
  if (right) {
    const balanced = { ...subject, what: `${database} behind nginx, p99` };
    findings.push(await behindBalancer(balanced, [left.url, right.url], key, delays));
    await bench.stop(right);
  }
  await bench.stop(left);
  return findings;
}

async function behindBalancer(
  subject: Subject,
  urls: readonly string[],
  key: Registry,
  delays: (writer: Registry, reader: Registry, inARow: number) => Promise<readonly number[]>,
): Promise<Finding> {
  if (findNginx() === undefined) return notMeasurable(subject, 'nginx is not installed');
  const both = key.at(await startBalancer(urls));
  // Four in a row: nginx asks the two in turn, and keeps connections of its own.
  return finding(subject, await delays(both, both, 4));
}

function finding(subject: Subject, delays: readonly number[]): Finding {
  return judge(subject, [percentile(delays, 0.99)], {
    changes: delays.length,
    p50Ms: round(percentile(delays, 0.5), 1),
    maxMs: round(percentile(delays, 1), 1),
  });
}
