import type { Metric, Registry } from 'prom-client';

export interface DurationHistogramOptions {
  readonly name: string;
  readonly help: string;
  /** Upper bounds in seconds, ascending. */
  readonly buckets: readonly number[];
  readonly registers: readonly Registry[];
}

type Labels = Readonly<Record<string, string>>;

/** The observations of one combination of labels. */
export class DurationSeries {
  /** By bucket and not yet cumulative; the last one is above every bound. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(
    readonly labels: Labels,
    private readonly bounds: readonly number[],
  ) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(seconds: number): void {
    let bucket = 0;
    while (bucket < this.bounds.length && seconds > (this.bounds[bucket] ?? 0)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += seconds;
  }
}

/**
 * A classic histogram of Prometheus, in a registry of prom-client. The histogram of that library
 * makes a text of the labels and another of the bucket with each observation, which took a
 * twentieth of the time of an answer from memory; here it is an addition.
 */
export class DurationHistogram {
  private readonly series = new Map<string, DurationSeries>();

  constructor(private readonly options: DurationHistogramOptions) {
    for (const registry of options.registers) registry.registerMetric(this as unknown as Metric);
  }

  /** The same object for the same labels. */
  labelled(labels: Labels): DurationSeries {
    const key = JSON.stringify(Object.entries(labels));
    let series = this.series.get(key);
    if (!series) this.series.set(key, (series = new DurationSeries(labels, this.options.buckets)));
    return series;
  }

  // What a registry asks of a metric.

  get name(): string {
    return this.options.name;
  }

  get() {
    const { name, help } = this.options;
    const values = [...this.series.values()].flatMap((series) => this.valuesOf(series));
    return Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values });
  }

  reset(): void {
    this.series.clear();
  }

  private valuesOf({ labels, counts, sum }: DurationSeries) {
    const { name, buckets } = this.options;
    let count = 0;
    const cumulative = [...buckets, '+Inf'].map((le, bucket) => {
      count += counts[bucket] ?? 0;
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
    });
    return [
      ...cumulative,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}
