import { checked, checkString, invalidType, type Method } from '../errors/argument';
import { PACKED_TABLE } from '../hidden';
import type { Ipvs } from '../index';
import { ownFamilies } from './families';
import type { Family } from './family';
import { type Format, formatFor, OPEN_METRICS, PROMETHEUS } from './format';
import { OWN_LABELS } from './labels';
import { NODE_EXPORTER, NODE_EXPORTER_LABELS, nodeExporterFamilies } from './node-exporter';
import { type Chosen, checkOptions, type IpvsMetricsOptions } from './options';
import { type MetricsRegistry, PromClientMetric } from './prom-client';
import { Reader, type Reading } from './reading';
import { inChunks, joined, type Scrape, writeMetrics } from './scrape';
import type { TextBuffer } from './text-buffer';

/**
 * The table and the director's counters in Prometheus' text format, or in OpenMetrics. Every scrape reads the kernel
 * anew, and reads all of it: a table that changes meanwhile is complete, and what cannot be read rejects. Counters are
 * exact, also beyond 2^53. docs/metrics.md lists the metrics.
 */
export class IpvsMetrics {
  readonly #chosen: Chosen;
  readonly #families: readonly Family[];
  readonly #format: Format;
  readonly #reader: Reader;
  /** A reading that the metrics of one registry share. */
  #shared: Promise<Reading> | undefined;

  /** Throws a `TypeError` where an option is bad. */
  constructor(ipvs: Ipvs, options: IpvsMetricsOptions = {}) {
    const chosen = checked(IpvsMetrics as unknown as Method, () => checkOptions(options));
    if (typeof ipvs?.[PACKED_TABLE] !== 'function') throw invalidType('ipvs', 'an Ipvs', ipvs);
    const isOwn = chosen.prefix !== NODE_EXPORTER;
    this.#chosen = chosen;
    this.#families = isOwn ? ownFamilies(chosen) : nodeExporterFamilies(chosen);
    this.#format = chosen.openMetrics ? OPEN_METRICS : PROMETHEUS;
    this.#reader = new Reader(ipvs, {
      ...chosen,
      labelling: isOwn ? OWN_LABELS : NODE_EXPORTER_LABELS,
    });
  }

  /** The header that belongs to `metrics()`. */
  get contentType(): string {
    return this.#format.contentType;
  }

  /**
   * All metrics as one text. Rejects with the `IpvsError` where the kernel could not be read. For a large table
   * `scrape` is better: to send a text of many megabytes stops the event loop.
   */
  async metrics(): Promise<string> {
    return joined(this.#writing(await this.#reader.read(), this.#format));
  }

  /**
   * Reads the kernel, and returns the text as bytes, in chunks, in the format that the request's `Accept` header prefers; without
   * one, in that of `contentType`. Rejects as `metrics()`; once it has resolved nothing can fail any more.
   */
  async scrape(accept?: string): Promise<Scrape> {
    const format =
      accept === undefined
        ? this.#format
        : formatFor(checked(IpvsMetrics.prototype.scrape, () => checkString('accept', accept)));
    const reading = await this.#reader.read();
    return {
      contentType: format.contentType,
      [Symbol.asyncIterator]: () => inChunks(this.#writing(reading, format)),
    };
  }

  /**
   * Adds the metrics to prom-client's registry (its version 15). Its `metrics()` then reads the kernel, once for all of
   * them, and rejects where that fails. The registry's default labels do not apply: `labels` does.
   */
  register(registry: MetricsRegistry): void {
    for (const family of this.#families) {
      registry.registerMetric(new PromClientMetric(family, this.#chosen, registry, () => this.#share()));
    }
  }

  #writing(reading: Reading, format: Format) {
    return (out: TextBuffer) => writeMetrics(out, reading, this.#families, this.#chosen, format);
  }

  /** A registry asks all its metrics in one go. */
  #share(): Promise<Reading> {
    if (this.#shared === undefined) {
      this.#shared = this.#reader.read();
      queueMicrotask(() => {
        this.#shared = undefined;
      });
    }
    return this.#shared;
  }
}
