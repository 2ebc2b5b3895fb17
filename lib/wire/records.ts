/**
 * TypeScript's side of native/records.h: where each field lies in the packed structs that cross between C++ and
 * JavaScript. A unit test holds both layouts equal.
 */

/** The commands that C++ carries out; the numbers of native/records.h. */
export const Operation = {
  nothing: 0,
  addService: 1,
  setService: 2,
  deleteService: 3,
  getService: 4,
  addDestination: 5,
  setDestination: 6,
  deleteDestination: 7,
  listDestinations: 8,
  startDaemon: 9,
  stopDaemon: 10,
  listDaemons: 11,
  setTimeouts: 12,
  getTimeouts: 13,
  listServices: 14,
  getInfo: 15,
  zero: 16,
  flush: 17,
  table: 18,
  getStats: 19,
  patchService: 20,
  patchDestination: 21,
} as const;

/** A status below zero: the library refused, not the kernel. */
export const Failure = {
  protocol: -1,
  timeout: -2,
  moduleMissing: -3,
  unsupported: -4,
  foreignFlags: -5,
  noTunnel: -6,
} as const;

/** What a patch changes. */
export const ServiceChange = {
  scheduler: 1,
  flags: 2,
  persistence: 4,
  timeout: 8,
  netmask: 16,
  engine: 32,
  /** Not a change: the flags mean something with the record's scheduler only. */
  flagsOfScheduler: 64,
} as const;

export const DestinationChange = {
  forward: 1,
  weight: 2,
  upperThreshold: 4,
  lowerThreshold: 8,
  tunnel: 16,
} as const;

export const REQUEST = {
  size: 96,
  operation: 0,
  changes: 4,
  service: 8,
  destination: 36,
  daemon: 36,
  timeouts: 36,
} as const;

export const STATUS = { size: 16, error: 0, offset: 4, count: 8, textLength: 12 } as const;

export const SERVICE = {
  size: 160,
  family: 0,
  protocol: 2,
  port: 4,
  fwmark: 8,
  address: 12,
  flags: 28,
  timeout: 32,
  netmask: 36,
  destinations: 40,
  scheduler: 44,
  engine: 60,
  stats: 80,
} as const;

export const DESTINATION = {
  size: 136,
  family: 0,
  port: 2,
  forward: 4,
  weight: 8,
  upperThreshold: 12,
  lowerThreshold: 16,
  tunnelPort: 20,
  tunnelFlags: 22,
  tunnelType: 24,
  activeConnections: 28,
  inactiveConnections: 32,
  persistentConnections: 36,
  address: 40,
  stats: 56,
} as const;

/** Five 64-bit totals, then as many rates as doubles. */
export const STATS = { size: 80, connections: 0, rates: 40 } as const;

export const DAEMON = {
  size: 48,
  state: 0,
  syncId: 4,
  maxLength: 8,
  port: 10,
  groupFamily: 12,
  ttl: 14,
  group: 16,
  interface: 32,
} as const;

export const TIMEOUTS = { size: 12, tcp: 0, tcpFin: 4, udp: 8 } as const;

export const INFO = { size: 8, version: 0, connectionTableSize: 4 } as const;

export const CONNECTION = {
  size: 116,
  protocol: 0,
  family: 1,
  destinationFamily: 2,
  template: 3,
  clientPort: 4,
  virtualPort: 6,
  destinationPort: 8,
  fwmark: 12,
  client: 16,
  virtual: 32,
  destination: 48,
  state: 64,
  expires: 80,
  count: 84,
  engine: 88,
  engineDataOffset: 108,
  engineDataLength: 112,
} as const;

/** Before the connections of a part; behind them comes the text. */
export const CONNECTION_PART = { size: 20, error: 0, count: 4, rest: 8, last: 12, textLength: 16 } as const;

export const CONNECTION_FILTER = { size: 120, fields: 0, values: 4 } as const;

/** Which fields of a connection a filter compares, or a count keeps. */
export const ConnectionFieldBit = {
  protocol: 1,
  state: 2,
  template: 4,
  clientAddress: 8,
  clientPort: 16,
  virtualAddress: 32,
  virtualPort: 64,
  destinationAddress: 128,
  destinationPort: 256,
  fwmark: 512,
} as const;

/** A buffer seen as every type that the records hold. All offsets are in bytes. */
export class Memory {
  readonly u8: Uint8Array;
  readonly #u16: Uint16Array;
  readonly #u32: Uint32Array;
  readonly #i32: Int32Array;
  readonly #u64: BigUint64Array;
  readonly #f64: Float64Array;

  constructor(readonly buffer: ArrayBuffer) {
    const { byteLength } = buffer;
    this.u8 = new Uint8Array(buffer);
    this.#u16 = new Uint16Array(buffer, 0, byteLength >> 1);
    this.#u32 = new Uint32Array(buffer, 0, byteLength >> 2);
    this.#i32 = new Int32Array(buffer, 0, byteLength >> 2);
    this.#u64 = new BigUint64Array(buffer, 0, byteLength >> 3);
    this.#f64 = new Float64Array(buffer, 0, byteLength >> 3);
  }

  getU8(offset: number): number {
    return this.u8[offset] as number;
  }
  getU16(offset: number): number {
    return this.#u16[offset >> 1] as number;
  }
  getU32(offset: number): number {
    return this.#u32[offset >> 2] as number;
  }
  getI32(offset: number): number {
    return this.#i32[offset >> 2] as number;
  }
  /** Nothing is made for zero: most counters of most entries stand at it. */
  getU64(offset: number): bigint {
    const words = this.#u32;
    const at = offset >> 2;
    return ((words[at] as number) | (words[at + 1] as number)) === 0
      ? 0n
      : (this.#u64[offset >> 3] as bigint);
  }
  getF64(offset: number): number {
    return this.#f64[offset >> 3] as number;
  }

  setU8(offset: number, value: number): void {
    this.u8[offset] = value;
  }
  setU16(offset: number, value: number): void {
    this.#u16[offset >> 1] = value;
  }
  setU32(offset: number, value: number): void {
    this.#u32[offset >> 2] = value;
  }

  /** Zeroes what lies between, in steps of 8 bytes. */
  clear(start: number, end: number): void {
    const words = this.#f64;
    const last = end >> 3;
    // For few, a call of `fill` takes longer.
    if (end - start > 256) words.fill(0, start >> 3, last);
    else for (let at = start >> 3; at < last; at++) words[at] = 0;
  }

  /** Names are ASCII and end at the first zero byte, or at `size`. */
  getName(offset: number, size: number): string {
    let name = '';
    for (let i = offset; i < offset + size && this.u8[i] !== 0; i++) {
      name += String.fromCharCode(this.u8[i] as number);
    }
    return name;
  }
  setName(offset: number, name: string): void {
    for (let i = 0; i < name.length; i++) this.u8[offset + i] = name.charCodeAt(i);
  }

  /** Text that need not be ASCII. */
  getText(offset: number, length: number): string {
    return Buffer.from(this.buffer, offset, length).toString();
  }
}
