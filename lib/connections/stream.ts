/** The connection table as an asynchronous iterator. */

import type { Connection } from '../model/connection';
import { TimeSlice, turn } from '../session/pacing';
import { readConnection } from '../wire/connection';
import type { Reading } from './reading';

type Step = IteratorResult<Connection, void>;

/** Decodes connections as they are asked for. Written out, since an async generator makes a stream a third slower. */
export class ConnectionStream implements AsyncIterableIterator<Connection, void> {
  readonly #begin: () => Reading;
  #reading: Reading | undefined;
  readonly #slice = new TimeSlice();
  #waiting: Promise<void> | undefined;
  #done = false;

  /** The reading begins with the first `next`. */
  constructor(begin: () => Reading) {
    this.#begin = begin;
  }

  next(): Promise<Step> {
    if (this.#done) return Promise.resolve({ value: undefined, done: true });
    if (this.#waiting === undefined && !this.#slice.isOver()) {
      const value = this.#reading?.take(readConnection);
      if (value !== undefined) return Promise.resolve({ value, done: false });
    }
    this.#waiting ??= this.#wait();
    return this.#waiting.then(() => this.#resume());
  }

  /** An early end: `break`, `return` or `throw` in the loop. */
  return(): Promise<Step> {
    this.#end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** After waiting: even if the slice is over again by now, so that each wait brings a connection. */
  #resume(): Step | Promise<Step> {
    const value = this.#reading?.take(readConnection);
    return value === undefined ? this.next() : { value, done: false };
  }

  /** Waits for the event loop where there are connections at hand, for the reading where there are none. */
  async #wait(): Promise<void> {
    try {
      this.#reading ??= this.#begin();
      if (!this.#reading.isUsedUp) await turn();
      while (this.#reading.isUsedUp && !this.#done) {
        if (!(await this.#reading.advance())) this.#end();
      }
      this.#slice.begin();
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      this.#waiting = undefined;
    }
  }

  #end(): void {
    this.#done = true;
    this.#reading?.end();
  }
}
