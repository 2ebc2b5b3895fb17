/** A real server of a service, and what the kernel knows of it. */

import { AF_INET } from '../../model/address';
import { MASQ } from '../../model/forwarding';
import type { Memory } from '../../wire/memory';
import { DESTINATION } from '../../wire/records';
import { ADDRESS_BYTES, addressKey } from '../bytes';
import type { Kernel } from '../kernel';
import { Statistics } from '../statistics';
import type { Service } from './service';

const AT = DESTINATION;

/** The kernel keeps three bits of the forwarding method. */
const FORWARD_MASK = 7;

/** Every kernel that is simulated reports tunnel types, tunnel flags and the family (native/ipvs/records.h). */
const REPORTED = 7;
const REPORTED_AT = 25;

/** A text that is the same for the same destination, in whose record at `at` it is named. */
export function destinationKey(memory: Memory, at: number): string {
  const family = memory.getU16(at + AT.family);
  return (
    String.fromCharCode(family, memory.getU16(at + AT.port)) + addressKey(family, memory.u8, at + AT.address)
  );
}

/** The forwarding method in a destination's record. */
export function forwardIn(memory: Memory, at: number): number {
  return memory.getU32(at + AT.forward) & FORWARD_MASK;
}

export class Destination {
  readonly key: string;
  readonly family: number;
  readonly port: number;
  readonly address: Uint8Array;
  /** The service that it belongs to, or belonged to when it was removed. */
  service: Service;
  forward = 0;
  weight = 0;
  /** The last weight that was not 0, which the scheduler mh goes by. */
  lastWeight = 0;
  upperThreshold = 0;
  lowerThreshold = 0;
  tunnelPort = 0;
  tunnelFlags = 0;
  tunnelType = 0;
  active = 0;
  inactive = 0;
  /** Templates of persistence that name it. */
  persistent = 0;
  /** It has reached its upper threshold, and has not fallen below the lower one since. */
  isOverloaded = false;
  /** False once it has been removed. */
  isAvailable = false;
  /** What holds it in the trash when it has been removed: connections, and what schedulers remember. */
  references = 0;
  /** When the trash first saw that nothing held it. */
  idleSince: number | undefined;
  readonly statistics = new Statistics();
  /** Neighbours in the service's list, the newer one first. */
  newer: Destination | undefined;
  older: Destination | undefined;

  /** Named by the record at `at`. */
  constructor(key: string, service: Service, memory: Memory, at: number) {
    this.key = key;
    this.service = service;
    this.family = memory.getU16(at + AT.family);
    this.port = memory.getU16(at + AT.port);
    this.address = memory.u8.slice(at + AT.address, at + AT.address + ADDRESS_BYTES);
  }

  get connections(): number {
    return this.active + this.inactive;
  }

  /** What the record at `at` says of it takes effect. `isNew`: it joins a service. */
  configure({ marksOverloadAtOnce }: Kernel, memory: Memory, at: number, isNew: boolean): void {
    const before = this.upperThreshold;
    this.forward = forwardIn(memory, at);
    this.weight = memory.getU32(at + AT.weight);
    if (isNew || this.weight !== 0) this.lastWeight = this.weight;
    this.tunnelFlags = memory.getU16(at + AT.tunnelFlags);
    this.tunnelType = memory.getU8(at + AT.tunnelType);
    // The addon does not send the port of what needs none (native/ipvs/messages.cc).
    const hasPort = this.tunnelType !== 0 || this.tunnelFlags !== 0;
    this.tunnelPort = hasPort ? memory.getU16(at + AT.tunnelPort) : 0;
    this.upperThreshold = memory.getU32(at + AT.upperThreshold);
    this.lowerThreshold = memory.getU32(at + AT.lowerThreshold);
    this.isAvailable = true;
    if (marksOverloadAtOnce) {
      this.#markIfOverloaded();
      this.#unmarkIfRelieved();
    } else if (this.upperThreshold === 0 || this.upperThreshold > before) {
      this.isOverloaded = false;
    }
  }

  /** Whether only the client's packets are seen: all methods but NAT answer past the director. */
  get isOneWay(): boolean {
    return this.forward !== MASQ;
  }

  /** A connection begins. It counts as inactive until its protocol says otherwise. */
  connectionBegan(isTemplate: boolean): void {
    this.references++;
    if (isTemplate) this.persistent++;
    else this.inactive++;
    this.#markIfOverloaded();
  }

  #markIfOverloaded(): void {
    if (this.upperThreshold !== 0 && this.connections >= this.upperThreshold) this.isOverloaded = true;
  }

  connectionEnded(isTemplate: boolean, isActive: boolean): void {
    this.references--;
    if (isTemplate) this.persistent--;
    else if (isActive) this.active--;
    else this.inactive--;
    this.#unmarkIfRelieved();
  }

  /** Below the lower threshold, or three quarters of the upper one where there is none. */
  #unmarkIfRelieved(): void {
    const { connections, lowerThreshold, upperThreshold } = this;
    const isRelieved =
      lowerThreshold !== 0 ? connections < lowerThreshold : connections * 4 < upperThreshold * 3;
    if (isRelieved || (lowerThreshold === 0 && upperThreshold === 0)) this.isOverloaded = false;
  }

  connectionBecame(isActive: boolean): void {
    this.active += isActive ? 1 : -1;
    this.inactive -= isActive ? 1 : -1;
  }

  /** Writes its record without counters at `at`, into memory that is zero. */
  write(memory: Memory, at: number): void {
    memory.setU16(at + AT.family, this.family);
    memory.setU16(at + AT.port, this.port);
    memory.setU32(at + AT.forward, this.forward);
    memory.setU32(at + AT.weight, this.weight);
    memory.setU32(at + AT.upperThreshold, this.upperThreshold);
    memory.setU32(at + AT.lowerThreshold, this.lowerThreshold);
    memory.setU16(at + AT.tunnelPort, this.tunnelPort);
    memory.setU16(at + AT.tunnelFlags, this.tunnelFlags);
    memory.setU8(at + AT.tunnelType, this.tunnelType);
    memory.setU8(at + REPORTED_AT, REPORTED);
    memory.setU32(at + AT.activeConnections, this.active);
    memory.setU32(at + AT.inactiveConnections, this.inactive);
    memory.setU32(at + AT.persistentConnections, this.persistent);
    const bytes = this.family === AF_INET ? 4 : ADDRESS_BYTES;
    for (let n = 0; n < bytes; n++) memory.setU8(at + AT.address + n, this.address[n] as number);
  }
}
