/** Our metrics in a registry of prom-client. */

import { type Family, sampleOf } from './family';
import { OPEN_METRICS, PROMETHEUS } from './format';
import type { Chosen } from './options';
import type { Reading } from './reading';
import { joined } from './scrape';

/** What is used of prom-client's `Registry`. */
export interface MetricsRegistry {
  /** Takes a metric, which is asked for its values at each scrape. */
  registerMetric(metric: unknown): void;
  /** Which format the registry writes; absent is Prometheus' text format. */
  readonly contentType?: string;
}

/** What prom-client asks of a metric. */
interface Told {
  name: string;
  help: string;
  type: string;
  values: { labels: Record<string, string>; value: number }[];
  aggregator: string;
}

/** The workers of a cluster all read the same table. */
const AGGREGATOR = 'first';

const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** One metric of ours, as prom-client 15 wants it. */
export class PromClientMetric {
  /** prom-client takes `_total` away from it where the registry prints OpenMetrics. */
  name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator = AGGREGATOR;
  readonly #ownName: string;
  readonly #family: Family;
  readonly #constant: string;
  readonly #registry: MetricsRegistry;
  readonly #read: () => Promise<Reading>;

  constructor(family: Family, chosen: Chosen, registry: MetricsRegistry, read: () => Promise<Reading>) {
    this.#ownName = `${chosen.prefix}_${family.name}`;
    this.name = this.#ownName;
    this.help = family.help;
    this.type = family.type;
    this.#family = family;
    this.#constant = chosen.constant;
    this.#registry = registry;
    this.#read = read;
  }

  /**
   * For text. prom-client prints a bigint, or a text, among the values as +Inf; the type it prints as it is. So the lines
   * of the samples follow that, in one text, and there are no values.
   */
  async getForPromString(): Promise<Told> {
    const format = this.#registry.contentType === OPEN_METRICS.contentType ? OPEN_METRICS : PROMETHEUS;
    const lines = await this.#lines();
    return {
      name: format.heading(this.#family, this.#ownName),
      help: this.help,
      type: lines === '' ? this.type : `${this.type}\n${lines.slice(0, -1)}`,
      values: [],
      aggregator: AGGREGATOR,
    };
  }

  /** For JSON, which has no more than 53 bits. */
  async get(): Promise<Told> {
    const lines = await this.#lines();
    const values = lines.split('\n').slice(0, -1).map(sampleIn);
    return { name: this.#ownName, help: this.help, type: this.type, values, aggregator: AGGREGATOR };
  }

  /** The kernel's counters are not the registry's to reset: `Ipvs.zero` resets them. */
  reset(): void {}

  async #lines(): Promise<string> {
    const reading = await this.#read();
    const sample = sampleOf(this.#ownName, this.#constant);
    return joined((out) => this.#family.write(out, reading, sample));
  }
}

function sampleIn(line: string): Told['values'][number] {
  const labels: Record<string, string> = {};
  for (const [, name = '', value = ''] of line.matchAll(LABEL)) {
    labels[name] = value.replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped));
  }
  return { labels, value: Number(line.slice(line.lastIndexOf(' ') + 1)) };
}
