/** What one refresh has read: the packed table, of which only what is shown becomes objects and text. */

import { DESTINATION, SERVICE, STATS } from '../../wire/records';
import { serverNameAt } from '../../wire/row-label';
import type { PackedTable } from '../../wire/table';
import { Names } from './names';

/** Rates are the kernel's, per second; where each lies from the first on. */
const RATES = { connections: 0, packetsIn: 8, packetsOut: 16, bytesIn: 24, bytesOut: 32 } as const;
type Rate = keyof typeof RATES;

/** The numbers of a row, by column. */
export interface Numbers extends Record<Rate, number> {
  weight: number;
  active: number;
  inactive: number;
}

export interface Row extends Numbers {
  name: string;
}

export interface ServiceRow extends Row {
  /** How many servers it has, and how many of them have weight. */
  servers: number;
  usable: number;
}

export class Sample {
  readonly names: Names;
  readonly #table: PackedTable;
  /** Where the servers of each service begin. */
  readonly #servers: Float64Array;
  readonly #usable: Float64Array;
  /** Of all services, by their numbers. Rates are taken out when they are asked for. */
  readonly #columns: Partial<Record<keyof Numbers, Float64Array>>;

  constructor(table: PackedTable, before: Sample | undefined) {
    this.#table = table;
    this.names = Names.of(table, before?.names);
    const { memory, destinationSize, length } = table;
    this.#servers = new Float64Array(length);
    this.#usable = new Float64Array(length);
    const [weights, active, inactive] = [
      new Float64Array(length),
      new Float64Array(length),
      new Float64Array(length),
    ];
    this.#columns = { weight: weights, active, inactive };
    let offset = table.destinations;
    for (let n = 0; n < length; n++) {
      this.#servers[n] = offset;
      let [usable, allWeights, allActive, allInactive] = [0, 0, 0, 0];
      for (let left = this.serverCount(n); left > 0; left--, offset += destinationSize) {
        const weight = memory.getU32(offset + DESTINATION.weight);
        if (weight > 0) usable++;
        allWeights += weight;
        allActive += memory.getU32(offset + DESTINATION.activeConnections);
        allInactive += memory.getU32(offset + DESTINATION.inactiveConnections);
      }
      this.#usable[n] = usable;
      weights[n] = allWeights;
      active[n] = allActive;
      inactive[n] = allInactive;
    }
  }

  /** A number of every service, by their numbers. */
  column(name: keyof Numbers): Float64Array {
    this.#columns[name] ??= this.#rates(name as Rate);
    return this.#columns[name];
  }

  #rates(name: Rate): Float64Array {
    const { memory, length } = this.#table;
    const at = SERVICE.stats + STATS.rates + RATES[name];
    const column = new Float64Array(length);
    for (let n = 0; n < length; n++) column[n] = memory.getF64(this.#table.service(n) + at);
    return column;
  }

  serverCount(number: number): number {
    return this.#table.destinationCount(this.#table.service(number));
  }

  service(number: number): ServiceRow {
    const value = (name: keyof Numbers) => this.column(name)[number] as number;
    return {
      name: this.names.of(number),
      servers: this.serverCount(number),
      usable: this.#usable[number] as number,
      weight: value('weight'),
      active: value('active'),
      inactive: value('inactive'),
      ...this.#ratesAt(this.#table.service(number) + SERVICE.stats),
    };
  }

  /** The servers of a service. */
  serversOf(number: number): Row[] {
    const { memory, destinationSize } = this.#table;
    return Array.from({ length: this.serverCount(number) }, (_, n) => {
      const at = (this.#servers[number] as number) + n * destinationSize;
      return {
        name: serverNameAt(memory, at),
        weight: memory.getU32(at + DESTINATION.weight),
        active: memory.getU32(at + DESTINATION.activeConnections),
        inactive: memory.getU32(at + DESTINATION.inactiveConnections),
        ...this.#ratesAt(at + DESTINATION.stats),
      };
    });
  }

  #ratesAt(stats: number): Record<Rate, number> {
    const { memory } = this.#table;
    const rate = (name: Rate) => memory.getF64(stats + STATS.rates + RATES[name]);
    return {
      connections: rate('connections'),
      packetsIn: rate('packetsIn'),
      packetsOut: rate('packetsOut'),
      bytesIn: rate('bytesIn'),
      bytesOut: rate('bytesOut'),
    };
  }
}
