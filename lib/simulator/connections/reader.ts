/** The connection table as a handle reads it: packed, filtered or counted, as the addon does it. */

import type { BackendConnectionReader } from '../../backend/backend';
import { Failure } from '../../errors/failure';
import { AF_INET6 } from '../../model/address';
import { Memory } from '../../wire/memory';
import {
  ConnectionFieldBit as Bit,
  CONNECTION,
  CONNECTION_FILTER,
  CONNECTION_PART,
} from '../../wire/records';
import { ADDRESS_BYTES } from '../bytes';
import { Errno } from '../control-plane/errno';
import type { Director } from '../director';
import { type Faults, NO_FAULT } from '../faults';
import type { Entry } from './entry';

const AT = CONNECTION;
const STATE_BYTES = 16;

/** Which bytes of a record the fields stand for. */
function maskOf(fields: number): Uint8Array {
  const mask = new Uint8Array(AT.size);
  const set = (bits: number, at: number, bytes: number) => {
    if ((fields & bits) !== 0) mask.fill(0xff, at, at + bytes);
  };
  set(Bit.protocol, AT.protocol, 1);
  set(Bit.state, AT.state, STATE_BYTES);
  set(Bit.template, AT.template, 1);
  set(Bit.clientAddress | Bit.virtualAddress, AT.family, 1);
  set(Bit.clientAddress, AT.client, ADDRESS_BYTES);
  set(Bit.clientPort, AT.clientPort, 2);
  set(Bit.virtualAddress, AT.virtual, ADDRESS_BYTES);
  set(Bit.virtualPort, AT.virtualPort, 2);
  // Where there is a mark it stands for address and port, which then say nothing.
  set(Bit.virtualAddress | Bit.virtualPort | Bit.fwmark, AT.fwmark, 4);
  set(Bit.destinationAddress, AT.destinationFamily, 1);
  set(Bit.destinationAddress, AT.destination, ADDRESS_BYTES);
  set(Bit.destinationPort, AT.destinationPort, 2);
  return mask;
}

/** The record of an entry. */
function recordOf(
  { key, destination, destinationPort, state, isTemplate, timer }: Entry,
  now: number,
): Memory {
  const memory = new Memory(new ArrayBuffer(AT.size + 4));
  memory.setU8(AT.protocol, key.protocol);
  memory.setU8(AT.family, key.family);
  memory.setU8(AT.destinationFamily, destination.family);
  memory.setU8(AT.template, isTemplate ? 1 : 0);
  memory.setU16(AT.clientPort, key.clientPort);
  memory.setU16(AT.virtualPort, key.virtualPort);
  memory.setU16(AT.destinationPort, destinationPort);
  memory.setU32(AT.fwmark, key.fwmark);
  memory.u8.set(key.client, AT.client);
  memory.u8.set(key.virtual, AT.virtual);
  memory.u8.set(destination.address.subarray(0, destination.family === AF_INET6 ? 16 : 4), AT.destination);
  memory.setName(AT.state, state);
  memory.setU32(AT.expires, Math.floor((timer.due - now) / 1000));
  return memory;
}

export class SimulatedReader implements BackendConnectionReader {
  readonly #director: Director;
  readonly #faults: Faults;
  readonly #mask: Uint8Array;
  readonly #values: Uint8Array;
  /** Those that are still to be taken. */
  #records: Memory[] = [];
  #isRead = false;
  /** The errno of a reading that failed. */
  #errno: number = Errno.none;

  constructor(director: Director, faults: Faults, filter: Uint8Array) {
    this.#director = director;
    this.#faults = faults;
    this.#mask = maskOf(
      new DataView(filter.buffer, filter.byteOffset).getUint32(CONNECTION_FILTER.fields, true),
    );
    this.#values = filter.subarray(CONNECTION_FILTER.values);
  }

  async next(): Promise<void> {
    this.nextSync();
  }

  nextSync(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    this.#records = this.#read();
  }

  #read(): Memory[] {
    const { status, meanwhile } = this.#faults.meet('connections') ?? NO_FAULT;
    meanwhile();
    // A module that is gone takes the file along.
    this.#errno = status === Failure.moduleMissing ? Errno.ENOENT : status;
    if (this.#errno !== Errno.none) return [];
    const { connections, clock } = this.#director;
    return connections
      .list()
      .map((entry) => recordOf(entry, clock.now))
      .filter(({ u8 }) =>
        this.#mask.every((mask, n) => (((u8[n] as number) ^ (this.#values[n] as number)) & mask) === 0),
      );
  }

  async count(fields: number): Promise<void> {
    this.countSync(fields);
  }

  countSync(fields: number): void {
    const mask = maskOf(fields);
    const rows = new Map<string, Memory>();
    for (const record of this.#read()) {
      // Where the mark stands for the service, nothing that is kept shows the family.
      if (record.getU32(AT.fwmark) !== 0 && (fields & Bit.clientAddress) === 0) record.setU8(AT.family, 0);
      for (const [n, bits] of mask.entries()) record.setU8(n, record.getU8(n) & bits);
      const key = String.fromCharCode(...record.u8.subarray(0, AT.size));
      const row = rows.get(key) ?? record;
      rows.set(key, row);
      row.setU32(AT.count, row.getU32(AT.count) + 1);
    }
    this.#isRead = true;
    this.#records = [...rows.values()];
  }

  take(bytes: Uint8Array): void {
    const count = Math.min(this.#records.length, Math.floor((bytes.length - CONNECTION_PART.size) / AT.size));
    for (const [n, { u8 }] of this.#records.splice(0, count).entries()) {
      bytes.set(u8.subarray(0, AT.size), CONNECTION_PART.size + n * AT.size);
    }
    const head = new DataView(bytes.buffer, bytes.byteOffset);
    head.setInt32(CONNECTION_PART.error, this.#errno, true);
    head.setUint32(CONNECTION_PART.count, count, true);
    head.setUint32(CONNECTION_PART.rest, this.#records.length, true);
    head.setUint32(CONNECTION_PART.last, 1, true);
    head.setUint32(CONNECTION_PART.textLength, 0, true);
  }

  close(): void {
    this.#records = [];
  }
}
