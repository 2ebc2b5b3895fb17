/** What one refresh has read: the packed table, of which only what is shown becomes text. */

import { serverNameAt, serviceNameAt } from '../../wire/names';
import { DESTINATION, SERVICE, STATS } from '../../wire/records';
import type { PackedTable } from '../../wire/table';

/** The numbers of a row, by column. Rates are the kernel's, per second. */
export interface Numbers {
  weight: number;
  active: number;
  inactive: number;
  connections: number;
  packetsIn: number;
  packetsOut: number;
  bytesIn: number;
  bytesOut: number;
}

export interface Row extends Numbers {
  name: string;
}

export interface ServiceRow extends Row {
  /** How many servers it has, and how many of them have weight. */
  servers: number;
  usable: number;
}

const RATES = STATS.rates;

export class Sample {
  readonly services: ServiceRow[] = [];
  readonly #table: PackedTable;
  /** Where the servers of each service begin, by its name. */
  readonly #servers = new Map<string, { offset: number; count: number }>();

  constructor(table: PackedTable) {
    this.#table = table;
    const { memory, destinationSize } = table;
    let offset = table.destinations;
    for (let n = 0; n < table.length; n++) {
      const at = table.service(n);
      const name = serviceNameAt(memory, at);
      const count = table.destinationCount(at);
      this.#servers.set(name, { offset, count });
      const row = {
        name,
        servers: count,
        usable: 0,
        weight: 0,
        active: 0,
        inactive: 0,
        ...this.#rates(at + SERVICE.stats),
      };
      for (let left = count; left > 0; left--, offset += destinationSize) {
        const weight = memory.getU32(offset + DESTINATION.weight);
        if (weight > 0) row.usable++;
        row.weight += weight;
        row.active += memory.getU32(offset + DESTINATION.activeConnections);
        row.inactive += memory.getU32(offset + DESTINATION.inactiveConnections);
      }
      this.services.push(row);
    }
  }

  /** The servers of a service. */
  serversOf(service: string): Row[] {
    const { memory, destinationSize } = this.#table;
    const { offset, count } = this.#servers.get(service) ?? { offset: 0, count: 0 };
    return Array.from({ length: count }, (_, n) => {
      const at = offset + n * destinationSize;
      return {
        name: serverNameAt(memory, at),
        weight: memory.getU32(at + DESTINATION.weight),
        active: memory.getU32(at + DESTINATION.activeConnections),
        inactive: memory.getU32(at + DESTINATION.inactiveConnections),
        ...this.#rates(at + DESTINATION.stats),
      };
    });
  }

  #rates(stats: number) {
    const { memory } = this.#table;
    const rates = stats + RATES;
    return {
      connections: memory.getF64(rates),
      packetsIn: memory.getF64(rates + 8),
      packetsOut: memory.getF64(rates + 16),
      bytesIn: memory.getF64(rates + 24),
      bytesOut: memory.getF64(rates + 32),
    };
  }
}
