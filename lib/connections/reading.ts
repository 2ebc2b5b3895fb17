/** One reading of the connection table. */

import type { BackendConnectionReader } from '../backend/backend';
import type { Asked } from '../errors/asked';
import { Failure } from '../errors/failure';
import { IpvsError } from '../errors/ipvs-error';
import { closed, refused } from '../errors/refusal';
import { Memory } from '../wire/memory';
import { CONNECTION, CONNECTION_PART } from '../wire/records';

const EBADMSG = 74;
const ENOENT = 2;

/** Room for a part of the table: its text is at most 128 KiB, which two thousand IPv4 entries fill. */
const PART_BYTES = 256 * 1024;

/** On a single processor it would win nothing, and the loop would wait for the pool as often as the pool for it. */
function readsAhead(): boolean {
  processors ??= process.getBuiltinModule('node:os').availableParallelism();
  return processors > 1;
}

let processors: number | undefined;

/** Makes a value of the connection in the record at `offset`. */
export type Decode<T> = (memory: Memory, offset: number) => T;

/**
 * Goes through the table part by part. One part is at hand; at most one more is read ahead, on the pool, while that
 * one is used up. Whoever began a reading ends it.
 */
export class Reading {
  readonly #reader: BackendConnectionReader;
  readonly #asked: Asked;
  readonly #forget: () => void;
  readonly #memory = new Memory(new ArrayBuffer(PART_BYTES));
  /** The part at hand: how many connections were taken from it, and how many it has. */
  #taken = 0;
  #count = 0;
  /** Whether the reader has further connections already, and whether the file has no more. */
  #rest = false;
  #last = false;
  /** The part that is read ahead. */
  #ahead: Promise<void> | undefined;
  #ended = false;
  #failure: Error | undefined;
  #interrupt: (() => void) | undefined;

  /** `forget` is called once, when the reading ends. */
  constructor(reader: BackendConnectionReader, asked: Asked, forget: () => void) {
    this.#reader = reader;
    this.#asked = asked;
    this.#forget = forget;
  }

  /** Whether the part at hand is used up. */
  get isUsedUp(): boolean {
    return this.#taken === this.#count;
  }

  /** The next connection of the part at hand; none where it is used up. */
  take<T>(decode: Decode<T>): T | undefined {
    if (this.#taken === this.#count) return undefined;
    return decode(this.#memory, CONNECTION_PART.size + this.#taken++ * CONNECTION.size);
  }

  /** Has another part at hand, which may be empty where there is a filter; false at the end of the table. */
  async advance(): Promise<boolean> {
    if (this.#needsReading()) {
      await this.#interruptible(this.#ahead ?? this.#reader.next());
      this.#ahead = undefined;
    }
    const advanced = this.#load();
    if (advanced && readsAhead() && this.#needsReading()) this.#ahead = this.#reader.next();
    return advanced;
  }

  /** On the caller's thread. */
  advanceSync(): boolean {
    if (this.#needsReading()) this.#reader.nextSync();
    return this.#load();
  }

  /** Counts the whole table by the fields, as bits. What `advanceSync` then has at hand are the rows. */
  async count(fields: number): Promise<void> {
    await this.#interruptible(this.#reader.count(fields));
    this.#rest = true;
  }

  /** On the caller's thread. */
  countSync(fields: number): void {
    this.#reader.countSync(fields);
    this.#rest = true;
  }

  /** Closes the file, at once or when the page that is being read has been. What waits fails with the error. */
  end(failure?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    this.#taken = this.#count = 0;
    this.#reader.close();
    this.#interrupt?.();
    this.#forget();
  }

  /** The handle was closed. */
  endClosed(): void {
    this.end(closed(this.#asked));
  }

  #needsReading(): boolean {
    return !this.#ended && !this.#rest && !this.#last;
  }

  /** Waits for the work, or for the end of the reading. */
  async #interruptible(work: Promise<void>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#interrupt = resolve;
      work.then(resolve, reject);
    });
    this.#interrupt = undefined;
  }

  #load(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#ended || (this.#last && !this.#rest)) return false;
    const memory = this.#memory;
    this.#reader.take(memory.u8);
    const error = memory.getI32(CONNECTION_PART.error);
    if (error !== 0) throw this.#refusal(error);
    this.#taken = 0;
    this.#count = memory.getU32(CONNECTION_PART.count);
    this.#rest = memory.getU32(CONNECTION_PART.rest) !== 0;
    this.#last = memory.getU32(CONNECTION_PART.last) !== 0;
    return true;
  }

  #refusal(error: number): IpvsError {
    if (error === ENOENT) return refused(this.#asked, Failure.moduleMissing);
    if (error !== EBADMSG) return refused(this.#asked, error);
    const line = this.#memory.getText(CONNECTION_PART.size, this.#memory.getU32(CONNECTION_PART.textLength));
    const { syscall } = this.#asked;
    return new IpvsError(
      'ERR_IPVS_PROTOCOL',
      `${syscall}: /proc/net/ip_vs_conn has a line that could not be understood: ${JSON.stringify(line)}`,
      { syscall },
    );
  }
}
