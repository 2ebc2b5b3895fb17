/** A virtual service. */

import { AF_INET6 } from '../../model/address';
import { PERSISTENT } from '../../model/service-flags';
import { cachedName } from '../../wire/caches';
import type { Memory } from '../../wire/memory';
import { SERVICE } from '../../wire/records';
import { ADDRESS_BYTES } from '../bytes';
import { HZ } from '../kernel';
import type { Scheduler } from '../schedulers/scheduler';
import { Statistics } from '../statistics';
import { DestinationList } from './destination-list';

const AT = SERVICE;

/** The kernel's own flag of a service, which nobody can set or sees. */
const HASHED = 0x2;

const ENGINE_BYTES = 20;

export class Service {
  readonly key: string;
  readonly family: number;
  readonly protocol: number;
  readonly port: number;
  readonly fwmark: number;
  readonly address: Uint8Array;
  flags = 0;
  /** Of persistence, in ticks. */
  timeout = 0;
  /** IPv4: the mask; IPv6: the prefix length. */
  netmask = 0;
  schedulerName = '';
  /** None where its name is `none`: nothing is scheduled. */
  scheduler: Scheduler | undefined;
  engine = '';
  readonly destinations = new DestinationList();
  readonly statistics = new Statistics();

  /** Named by the record at `at`. */
  constructor(key: string, memory: Memory, at: number) {
    this.key = key;
    this.family = memory.getU16(at + AT.family);
    this.fwmark = memory.getU32(at + AT.fwmark);
    const isMark = this.fwmark !== 0;
    this.protocol = isMark ? 0 : memory.getU16(at + AT.protocol);
    this.port = isMark ? 0 : memory.getU16(at + AT.port);
    this.address = isMark
      ? new Uint8Array(ADDRESS_BYTES)
      : memory.u8.slice(at + AT.address, at + AT.address + ADDRESS_BYTES);
  }

  get isPersistent(): boolean {
    return (this.flags & PERSISTENT) !== 0;
  }

  /** What the record at `at` says of it takes effect, but for the scheduler. */
  configure(memory: Memory, at: number): void {
    this.flags = memory.getU32(at + AT.flags) & ~HASHED;
    this.timeout = Math.imul(memory.getU32(at + AT.timeout), HZ) >>> 0;
    this.netmask = memory.getU32(at + AT.netmask);
    this.engine = engineIn(memory, at);
  }

  /** Writes its record without counters at `at`, into memory that is zero. */
  write(memory: Memory, at: number): void {
    memory.setU16(at + AT.family, this.family);
    memory.setU16(at + AT.protocol, this.protocol);
    memory.setU16(at + AT.port, this.port);
    memory.setU32(at + AT.fwmark, this.fwmark);
    const bytes = this.family === AF_INET6 ? ADDRESS_BYTES : 4;
    for (let n = 0; n < bytes; n++) memory.setU8(at + AT.address + n, this.address[n] as number);
    memory.setU32(at + AT.flags, this.flags);
    memory.setU32(at + AT.timeout, Math.floor(this.timeout / HZ));
    memory.setU32(at + AT.netmask, this.netmask);
    memory.setName(at + AT.scheduler, this.schedulerName);
    memory.setName(at + AT.engine, this.engine);
  }
}

/** The scheduler's name in a service's record. */
export function schedulerIn(memory: Memory, at: number): string {
  return cachedName(memory, at + AT.scheduler);
}

/** The persistence engine's name in a service's record; empty where there is none. */
export function engineIn(memory: Memory, at: number): string {
  return memory.getU8(at + AT.engine) === 0 ? '' : memory.getName(at + AT.engine, ENGINE_BYTES);
}
