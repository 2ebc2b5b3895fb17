/** A client's connection, in the hands of a test. */

import { checkInteger, checkObject } from '../../errors/argument';
import { Fields } from '../../errors/fields';
import { formatAddress } from '../../model/address';
import type { Endpoint } from '../../model/connection';
import { OneOf } from '../../model/one-of';
import type { Counters } from '../../model/stats';
import type { Director } from '../director';
import type { Entry } from './entry';
import { arrives, packetOf } from './packets';

/** `Statistics`' numbers of the counters. */
const TRAFFIC = { packetsIn: 1, packetsOut: 2, bytesIn: 3, bytesOut: 4 } as const;

/** Packets and bytes of either direction. */
export type Traffic = Partial<Omit<Counters<number>, 'connections'>>;

const TRAFFIC_FIELDS = new Fields(Object.keys(TRAFFIC));

/**
 * How a connection ends: `fin` by both sides, `half` by the client alone while the real server still sends, `reset` by
 * the client at once.
 */
export type Ending = 'fin' | 'half' | 'reset';

const ENDINGS = new OneOf<Ending>([
  ['fin', 'fin'],
  ['half', 'half'],
  ['reset', 'reset'],
]);

/** A client's connection through the simulated director. */
export interface SimulatedConnection {
  /** The real server that has it. */
  readonly destination: Endpoint;
  /** As the connection table shows it: `SYN_RECV`, `ESTABLISHED`, `UDP`, …; the last one where it has expired. */
  readonly state: string;
  /** Whether its entry has ended. Its packets mean nothing to the director then; `connect` again. */
  readonly expired: boolean;
  /**
   * Both sides have spoken: the connection is established, its time begins anew, and what is given is counted for its
   * real server, its service and the director. Packets to a real server that was removed are dropped and not counted.
   */
  traffic(counters?: Traffic): void;
  /**
   * Ends it; default `fin`. Its entry stays for a while, as inactive: after `half` the real server still sends, so it
   * is not idle. Datagrams have no end: a UDP entry just expires.
   */
  close(how?: Ending): void;
}

export class OpenConnection implements SimulatedConnection {
  readonly #director: Director;
  readonly #entry: Entry;
  /** It has been for one packet, which has been scheduled already. */
  readonly #isBrief: boolean;

  constructor(director: Director, entry: Entry) {
    this.#director = director;
    this.#entry = entry;
    this.#isBrief = !entry.isListed;
  }

  get destination(): Endpoint {
    const { destination, destinationPort } = this.#entry;
    return { address: formatAddress(destination.family, destination.address, 0), port: destinationPort };
  }

  get state(): string {
    return this.#entry.state;
  }

  get expired(): boolean {
    return !this.#entry.isListed;
  }

  traffic(counters: Traffic = {}): void {
    checkObject('counters', counters);
    TRAFFIC_FIELDS.check('counters', counters);
    const counts = Object.entries(TRAFFIC).map(([name, counter]): [number, number] => {
      const count = counters[name as keyof Traffic] ?? 0;
      return [counter, checkInteger(`counters.${name}`, count, 0, Number.MAX_SAFE_INTEGER)];
    });
    const director = this.#director;
    const entry = this.#entry;
    if (!this.#isBrief && !arrives(director, entry)) return;
    if (!this.#isBrief) packetOf(director, entry, 'traffic');
    const { destination } = entry;
    for (const { statistics } of [destination, destination.service, director]) {
      for (const [counter, count] of counts) director.count(statistics, counter, count);
    }
  }

  close(how: Ending = 'fin'): void {
    const event = ENDINGS.check('how', how);
    if (arrives(this.#director, this.#entry)) packetOf(this.#director, this.#entry, event);
  }
}
