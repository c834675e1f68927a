import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** A number that a stage keeps and `/metrics` reads when asked. */
export interface Measure {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly labels?: readonly string[];
  /** Values with their labels, asked for at each scrape. */
  readonly read: () => Promise<readonly Sample[]> | readonly Sample[];
}

export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** `/metrics` in Prometheus' format, names as in product §15. Stages keep plain numbers; nothing is counted twice. */
export class Metrics {
  readonly #registry = new Registry();

  constructor(measures: readonly Measure[]) {
    collectDefaultMetrics({ register: this.#registry });
    // No answer names a version (S24).
    this.#registry.removeSingleMetric('nodejs_version_info');
    for (const measure of measures) this.#register(measure);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #register({ name, help, kind, labels = [], read }: Measure): void {
    const options: MetricOptions = { name, help, labelNames: [...labels], registers: [] };
    const metric = kind === 'gauge' ? gauge(options, read) : counter(options, read);
    this.#registry.registerMetric(metric);
  }
}

interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly registers: [];
}

const gauge = (options: MetricOptions, read: Measure['read']): Gauge =>
  new Gauge({
    ...options,
    async collect() {
      this.reset();
      for (const { value, labels = {} } of await read()) this.set({ ...labels }, value);
    },
  });

const counter = (options: MetricOptions, read: Measure['read']): Counter =>
  new Counter({
    ...options,
    async collect() {
      // The stage's own number is the truth: the counter takes it over as it is.
      this.reset();
      for (const { value, labels = {} } of await read()) this.inc({ ...labels }, value);
    },
  });
