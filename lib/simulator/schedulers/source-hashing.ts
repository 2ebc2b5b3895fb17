/** What sh and mh have in common: a table that the client's address, and on request its port, points into. */

import { fold } from '../bytes';
import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import { type Flow, isUsable, type Scheduler } from './scheduler';

/** The service's flags that they know. */
const FLAGS = { fallback: 0x8, port: 0x10 } as const;

export abstract class SourceHashing implements Scheduler {
  protected readonly service: Service;
  /** None where what it depends on has changed since it was filled. */
  #table: readonly (Destination | undefined)[] | undefined;

  constructor(service: Service) {
    this.service = service;
  }

  /** The table; empty where nobody may be in it. */
  protected abstract fill(): (Destination | undefined)[];
  /** Where the client's number points to, `offset` places on. */
  protected abstract place(number: number, offset: number): number;

  added(): void {
    this.#table = undefined;
  }

  removed(): void {
    this.#table = undefined;
  }

  changed(): void {
    this.#table = undefined;
  }

  schedule({ family, client, clientPort }: Flow): Destination | undefined {
    this.#table ??= this.fill();
    const table = this.#table;
    const { flags } = this.service;
    const number = fold(family, client) + ((flags & FLAGS.port) !== 0 ? clientPort : 0);
    const first = this.place(number, 0);
    const own = table[first];
    if (own === undefined || isUsable(own)) return own;
    if ((flags & FLAGS.fallback) === 0) return undefined;
    for (let offset = 0; offset < table.length; offset++) {
      const other = table[this.place(number, (offset + first) % table.length)];
      if (other === undefined || isUsable(other)) return other;
    }
    return undefined;
  }
}
