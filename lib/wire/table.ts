/** The whole table as it is answered: packed. Who needs objects makes them; who compares or counts reads the records. */

import type { InspectOptionsStylized } from 'node:util';
import type { Destination, DestinationState } from '../model/destination';
import type { Service, ServiceState } from '../model/service';
import type { TableRow, TableRowState } from '../model/table';
import { type Answer, STEP } from './answer';
import { readDestination, readDestinationState } from './destination';
import type { Memory } from './memory';
import { DESTINATION, DESTINATION_STATE, SERVICE, SERVICE_STATE } from './records';
import { readService, readServiceState } from './service';

/**
 * Every service with its destinations, complete where the table changed while it was read. Services lie one after the
 * other; right before them lie the destinations of each, in the same order.
 */
export class PackedTable {
  readonly memory: Memory;
  /** Whether the rows have counters. */
  readonly hasStats: boolean;
  /** How many services there are. */
  readonly length: number;
  /** Where the services begin. */
  readonly services: number;
  /** Where the destinations of the first service begin. */
  readonly destinations: number;
  /** The bytes of a service and of a destination. */
  readonly serviceSize: number;
  readonly destinationSize: number;

  /** `index` is that of the request that asked for the table. */
  constructor(answer: Answer, index: number, hasStats: boolean) {
    this.memory = answer.memory;
    this.hasStats = hasStats;
    this.length = answer.count(index);
    this.services = answer.offset(index);
    this.serviceSize = hasStats ? SERVICE.size : SERVICE_STATE;
    this.destinationSize = hasStats ? DESTINATION.size : DESTINATION_STATE;
    let rows = 0;
    for (let n = 0; n < this.length; n++) rows += this.destinationCount(this.service(n));
    this.destinations = this.services - rows * this.destinationSize;
  }

  /** Where the service with this number begins. */
  service(number: number): number {
    return this.services + number * this.serviceSize;
  }

  /** How many destinations the service at `offset` has. */
  destinationCount(offset: number): number {
    return this.memory.getU32(offset + SERVICE.destinations);
  }
}

/** `util.inspect.custom`, without loading `node:util`. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** `console.log` shows what lies three levels deep, and destinations lie on the fourth. */
function inspectRows(
  this: unknown[],
  depth: number | null,
  options: InspectOptionsStylized,
  inspect: (value: unknown, options: InspectOptionsStylized) => string,
): string {
  if (depth === null) return inspect([...this], options);
  return depth < 0
    ? options.stylize('[Array]', 'special')
    : inspect([...this], { ...options, depth: depth + 1 });
}

/** A row for each service, made in steps of no more than `STEP` objects. */
export function readRows(table: PackedTable): Generator<void, TableRow[] | TableRowState[]> {
  return table.hasStats
    ? rowsOf<Service, Destination>(table, readService, readDestination)
    : rowsOf<ServiceState, DestinationState>(table, readServiceState, readDestinationState);
}

function* rowsOf<S, D>(
  table: PackedTable,
  readService: (memory: Memory, offset: number) => S,
  readDestination: (memory: Memory, offset: number) => D,
): Generator<void, (S & { destinations: D[] })[]> {
  const { memory, destinationSize } = table;
  const rows: (S & { destinations: D[] })[] = [];
  let offset = table.destinations;
  let made = 0;
  for (let n = 0; n < table.length; n++) {
    const at = table.service(n);
    const row = readService(memory, at) as S & { destinations: D[] };
    const count = table.destinationCount(at);
    const destinations: D[] = new Array(count);
    for (let d = 0; d < count; d++, offset += destinationSize) {
      if (++made % STEP === 0) yield;
      destinations[d] = readDestination(memory, offset);
    }
    row.destinations = destinations;
    if (++made % STEP === 0) yield;
    rows.push(row);
  }
  Object.defineProperty(rows, INSPECT, { value: inspectRows });
  return rows;
}

/** Rows of a packed table, each made when it is asked for. */
export class Rows {
  readonly #table: PackedTable;
  /** Where the destinations of each service begin. */
  readonly #destinations: Float64Array;

  constructor(table: PackedTable) {
    this.#table = table;
    this.#destinations = new Float64Array(table.length);
    let offset = table.destinations;
    for (let n = 0; n < table.length; n++) {
      this.#destinations[n] = offset;
      offset += table.destinationCount(table.service(n)) * table.destinationSize;
    }
  }

  /** How many there are. */
  get length(): number {
    return this.#table.length;
  }

  /** The service with this number, without its destinations and counters. */
  service(number: number): ServiceState {
    return readServiceState(this.#table.memory, this.#table.service(number));
  }

  /** The row with this number, without counters: they are most of what making a row costs. */
  state(number: number): TableRowState {
    return this.#row(number, readServiceState, readDestinationState);
  }

  /** The row with this number. The table has counters. */
  row(number: number): TableRow {
    return this.#row(number, readService, readDestination);
  }

  #row<S, D>(
    number: number,
    readService: (memory: Memory, offset: number) => S,
    readDestination: (memory: Memory, offset: number) => D,
  ): S & { destinations: D[] } {
    const { memory, destinationSize } = this.#table;
    const at = this.#table.service(number);
    const row = readService(memory, at) as S & { destinations: D[] };
    const count = this.#table.destinationCount(at);
    let offset = this.#destinations[number] as number;
    row.destinations = [];
    for (let n = 0; n < count; n++, offset += destinationSize)
      row.destinations.push(readDestination(memory, offset));
    return row;
  }
}
