/** All that one scrape reads. */

import { PACKED_TABLE } from '../hidden';
import type { Ipvs } from '../index';
import type { ConnectionCount } from '../model/connection';
import type { Info } from '../model/director';
import type { Stats } from '../model/stats';
import { now } from '../session/clock';
import { inSlices } from '../session/pacing';
import type { PackedTable } from '../wire/table';
import { type Labelling, type RowLabels, rowLabels } from './labels';

export interface Reading {
  info: Info;
  stats: Stats;
  table: PackedTable;
  labels: RowLabels;
  /** Empty where they were not asked for. */
  connections: ConnectionCount[];
  /** How long the kernel was read, in seconds. */
  seconds: number;
  /** Readings that failed before this one, by the error's code. */
  errors: ReadonlyMap<string, number>;
}

/** What a reading has. */
export interface Wanted {
  destinations: boolean;
  counters: boolean;
  connections: boolean;
  labelling: Labelling;
}

/** Reads what a director has: that which goes over one conversation, in one exchange. */
export class Reader {
  readonly #ipvs: Ipvs;
  readonly #wanted: Wanted;
  readonly #errors = new Map<string, number>();
  /** Those of the last reading. */
  #labels: RowLabels | undefined;

  constructor(ipvs: Ipvs, wanted: Wanted) {
    this.#ipvs = ipvs;
    this.#wanted = wanted;
  }

  /** Rejects with the reason where any of it cannot be read: half a scrape would look like a table half as large. */
  async read(): Promise<Reading> {
    try {
      return await this.#read();
    } catch (error) {
      const code = String((error as { code?: unknown }).code ?? (error as Error).name);
      this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
      throw error;
    }
  }

  async #read(): Promise<Reading> {
    const { destinations, counters, connections: counted, labelling } = this.#wanted;
    const start = now();
    const [table, stats, info, connections] = await Promise.all([
      this.#ipvs[PACKED_TABLE](counters),
      this.#ipvs.stats(),
      this.#ipvs.info(),
      counted ? this.#ipvs.countConnections(['protocol', 'state']) : [],
    ]);
    const seconds = (now() - start) / 1000;
    const labels = await inSlices(rowLabels(table, labelling, destinations, this.#labels));
    this.#labels = labels;
    return { info, stats, table, labels, connections, seconds, errors: this.#errors };
  }
}
