/** A table without a kernel: parts that are there when a test says so. */

import type { BackendConnectionReader } from '../../lib/backend/backend';
import { Memory } from '../../lib/wire/memory';
import { CONNECTION, CONNECTION_PART } from '../../lib/wire/records';

const AF_INET = 2;
const TCP = 6;

/** Stands in for the native reader. Its connections are told apart by the client's port, counted from 1. */
export class FakeReader implements BackendConnectionReader {
  /** How many parts were asked for, and how many connections were handed out. */
  asked = 0;
  taken = 0;
  closed = false;
  #parts: number[];
  #errno: number;
  #at = { count: 0, last: false };
  #waiting: (() => void) | undefined;
  #held: boolean;

  /** Parts of so many connections each; an errno in place of what follows them. `hold`: they come when let go. */
  constructor(parts: number[], { errno = 0, hold = false } = {}) {
    this.#parts = [...parts];
    this.#errno = errno;
    this.#held = hold;
  }

  /** Lets the part that is asked for come. */
  release(): void {
    this.#waiting?.();
  }

  next(): Promise<void> {
    this.nextSync();
    return new Promise((resolve) => {
      this.#waiting = resolve;
      // Work on the pool ends in a turn of its own.
      if (!this.#held) setImmediate(resolve);
    });
  }

  nextSync(): void {
    this.asked++;
    this.#at = { count: this.#parts.shift() ?? 0, last: this.#parts.length === 0 };
  }

  count(): Promise<void> {
    return this.next();
  }
  countSync(): void {
    this.nextSync();
  }

  take(bytes: Uint8Array): void {
    const memory = new Memory(bytes.buffer as ArrayBuffer);
    const { count, last } = this.#at;
    const failed = last && this.#errno !== 0;
    memory.setU32(CONNECTION_PART.error, failed ? this.#errno : 0);
    memory.setU32(CONNECTION_PART.count, count);
    memory.setU32(CONNECTION_PART.rest, 0);
    memory.setU32(CONNECTION_PART.last, last ? 1 : 0);
    for (let index = 0; index < count; index++) {
      const at = CONNECTION_PART.size + index * CONNECTION.size;
      bytes.fill(0, at, at + CONNECTION.size);
      memory.setU8(at + CONNECTION.protocol, TCP);
      memory.setU8(at + CONNECTION.family, AF_INET);
      memory.setU8(at + CONNECTION.destinationFamily, AF_INET);
      memory.setU16(at + CONNECTION.clientPort, ++this.taken);
      memory.setName(at + CONNECTION.state, 'ESTABLISHED');
    }
  }

  close(): void {
    this.closed = true;
  }
}
