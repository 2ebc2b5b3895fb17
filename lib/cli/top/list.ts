/**
 * The lines of the list: services as they are sorted and filtered, and servers of those that are expanded. A line is made
 * when it is asked for.
 */

import { compareNames } from './names';
import type { Row, Sample, ServiceRow } from './sample';
import { isExpanded, type State } from './state';

export type ListLine =
  | { kind: 'service'; service: ServiceRow; isOpen: boolean }
  | { kind: 'server'; service: ServiceRow; server: Row };

export class List {
  /** How many lines there are, and how many services are among them. */
  readonly length: number;
  readonly services: number;
  readonly #sample: Sample;
  readonly #state: State;
  /** Services by number, in order; and where each of them begins. */
  readonly #order: readonly number[];
  readonly #starts: Uint32Array;

  constructor(sample: Sample, state: State) {
    this.#sample = sample;
    this.#state = state;
    this.#order = inOrder(sample, state);
    this.services = this.#order.length;
    this.#starts = new Uint32Array(this.services);
    let lines = 0;
    for (let n = 0; n < this.services; n++) {
      this.#starts[n] = lines;
      const number = this.#order[n] as number;
      lines += this.#isOpen(number) ? 1 + sample.serverCount(number) : 1;
    }
    this.length = lines;
  }

  /** Lines from one on. */
  slice(first: number, count: number): ListLine[] {
    const lines: ListLine[] = [];
    const end = Math.min(this.length, first + count);
    for (let place = this.#placeOf(first); place < this.services; place++) {
      const start = this.#starts[place] as number;
      if (start >= end) break;
      const own = this.#linesOf(this.#order[place] as number);
      lines.push(...own.slice(Math.max(0, first - start), end - start));
    }
    return lines;
  }

  line(position: number): ListLine | undefined {
    return this.slice(position, 1)[0];
  }

  /** Where a line of an earlier list is in this one; -1 where it is not. */
  find(line: ListLine): number {
    const number = this.#sample.names.number(line.service.name);
    const place = number === undefined ? -1 : this.#order.indexOf(number);
    if (number === undefined || place < 0) return -1;
    const start = this.#starts[place] as number;
    if (line.kind === 'service') return start;
    const own = this.#linesOf(number);
    const within = own.findIndex((each) => each.kind === 'server' && each.server.name === line.server.name);
    return within < 0 ? -1 : start + within;
  }

  #isOpen(number: number): boolean {
    const { expandedAll, toggled } = this.#state;
    return toggled.size === 0 ? expandedAll : isExpanded(this.#state, this.#sample.names.of(number));
  }

  /** The place of the service that a line belongs to. */
  #placeOf(position: number): number {
    let [low, high] = [0, this.services];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= position) low = middle;
      else high = middle;
    }
    return low;
  }

  #linesOf(number: number): ListLine[] {
    const service = this.#sample.service(number);
    const isOpen = this.#isOpen(number);
    const lines: ListLine[] = [{ kind: 'service', service, isOpen }];
    if (!isOpen) return lines;
    const servers = this.#sample.serversOf(number).sort(comparison(this.#state));
    return lines.concat(servers.map((server) => ({ kind: 'server', service, server })));
  }
}

/** The numbers of the services that the filter lets through, as they are sorted. */
function inOrder(sample: Sample, { filter, sort, reverse }: State): readonly number[] {
  const { names } = sample;
  const wanted = filter.toLowerCase();
  // Who has equal values stays in the order of the names; what is in order already, such as zeros, costs no more than a look.
  const chosen =
    wanted === '' ? names.inOrder.slice() : names.inOrder.filter((n) => names.of(n).includes(wanted));
  const sign = reverse ? -1 : 1;
  if (sort === 'name') return reverse ? chosen.reverse() : chosen;
  const values = sample.column(sort);
  return chosen.sort((a, b) => sign * ((values[b] as number) - (values[a] as number)));
}

/** The greatest first, names from the beginning of the alphabet; equal ones by name, so that they stand still. */
function comparison({ sort, reverse }: State): (a: Row, b: Row) => number {
  const sign = reverse ? -1 : 1;
  if (sort === 'name') return (a, b) => sign * compareNames(a.name, b.name);
  return (a, b) => sign * (b[sort] - a[sort]) || compareNames(a.name, b.name);
}
