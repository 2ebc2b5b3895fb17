/** The connections room: the connection table, streamed and counted. Both handles read it here. */

import type { BackendHandle } from '../backend/backend';
import { AbortError, checkSignal } from '../errors/abort';
import { checkObject } from '../errors/argument';
import type { Asked } from '../errors/asked';
import { Fields } from '../errors/fields';
import { closed } from '../errors/refusal';
import type {
  Connection,
  ConnectionCount,
  ConnectionField,
  ConnectionFilter,
  ConnectionOptions,
} from '../model/connection';
import { finish, inSlices } from '../session/pacing';
import { isTraced, traced, tracedSync } from '../session/tracing';
import { countReader, fieldBits, packFilter, readConnection } from '../wire/connection';
import { Reading } from './reading';
import { ConnectionStream } from './stream';

const LIST: Asked = { syscall: 'connections', reads: true };
const COUNT: Asked = { syscall: 'countConnections', reads: true };

const OPTIONS = new Fields(['signal']);

/** How many rows of a count are decoded at a time. */
const ROWS_PER_STEP = 64;

/** The readings of one handle, so that closing it ends them. */
export class ConnectionReadings {
  readonly #handle: BackendHandle;
  readonly #open = new Set<Reading>();
  #closed = false;

  constructor(handle: BackendHandle) {
    this.#handle = handle;
  }

  /** Off the event loop, a part at a time. */
  stream(filter: ConnectionFilter, options: ConnectionOptions): ConnectionStream {
    const packed = packFilter(filter);
    const signal = signalOf(options);
    return new ConnectionStream(() => this.#begin(LIST, packed, signal));
  }

  /** On the caller's thread. */
  iterate(filter: ConnectionFilter): IterableIterator<Connection> {
    return this.#iterate(packFilter(filter));
  }

  *#iterate(filter: Uint8Array): Generator<Connection, void, undefined> {
    const reading = this.#begin(LIST, filter);
    try {
      while (reading.advanceSync()) {
        for (let next = reading.take(readConnection); next; next = reading.take(readConnection)) yield next;
      }
    } finally {
      reading.end();
    }
  }

  /** Throws where an argument is bad; whatever else goes wrong rejects. */
  count(
    by: readonly ConnectionField[],
    filter: ConnectionFilter,
    options: ConnectionOptions,
  ): Promise<ConnectionCount[]> {
    const fields = fieldBits(by);
    const packed = packFilter(filter);
    const signal = signalOf(options);
    const count = () => this.#count(by, fields, packed, signal);
    return isTraced() ? traced(COUNT, count) : count();
  }

  async #count(
    by: readonly ConnectionField[],
    fields: number,
    filter: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<ConnectionCount[]> {
    const reading = this.#begin(COUNT, filter, signal);
    try {
      await reading.count(fields);
      return await inSlices(rowsOf(reading, by));
    } finally {
      reading.end();
    }
  }

  /** On the caller's thread. */
  countSync(by: readonly ConnectionField[], filter: ConnectionFilter): ConnectionCount[] {
    const count = () => this.#countSync(by, fieldBits(by), packFilter(filter));
    return isTraced() ? tracedSync(COUNT, count) : count();
  }

  #countSync(by: readonly ConnectionField[], fields: number, filter: Uint8Array): ConnectionCount[] {
    const reading = this.#begin(COUNT, filter);
    try {
      reading.countSync(fields);
      return finish(rowsOf(reading, by));
    } finally {
      reading.end();
    }
  }

  close(): void {
    this.#closed = true;
    for (const reading of this.#open) reading.endClosed();
  }

  #begin(asked: Asked, filter: Uint8Array, signal?: AbortSignal): Reading {
    if (this.#closed) throw closed(asked);
    if (signal?.aborted) throw new AbortError(signal);
    const abort = () => reading.end(new AbortError(signal as AbortSignal));
    const reading = new Reading(this.#handle.connections(filter), asked, () => {
      this.#open.delete(reading);
      signal?.removeEventListener('abort', abort);
    });
    this.#open.add(reading);
    signal?.addEventListener('abort', abort);
    return reading;
  }
}

function signalOf(options: ConnectionOptions): AbortSignal | undefined {
  checkObject('options', options);
  OPTIONS.check('options', options);
  return checkSignal('options.signal', options.signal);
}

function* rowsOf(
  reading: Reading,
  by: readonly ConnectionField[],
): Generator<void, ConnectionCount[], undefined> {
  const rows: ConnectionCount[] = [];
  const decode = countReader(by);
  while (reading.advanceSync()) {
    for (let row = reading.take(decode); row; row = reading.take(decode)) {
      if (rows.push(row) % ROWS_PER_STEP === 0) yield;
    }
  }
  // Without a field every entry shares them all: one row, also of an empty table.
  return by.length === 0 && rows.length === 0 ? [{ count: 0 }] : rows;
}
