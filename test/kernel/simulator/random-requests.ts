/** Random requests: valid and not, of few services and destinations, so that they meet. */

import { AF_INET, AF_INET6, parseAddress } from '../../../lib/model/address';
import type { Random } from '../../../lib/simulator/random';
import { Memory } from '../../../lib/wire/memory';
import { DAEMON, DESTINATION, Operation, REQUEST, SERVICE, TIMEOUTS } from '../../../lib/wire/records';

/** How often each operation is asked, of a thousand. Starting and stopping daemons takes the kernel long. */
const SHARES: [operation: number, share: number][] = [
  [Operation.addService, 190],
  [Operation.setService, 90],
  [Operation.deleteService, 50],
  [Operation.getService, 30],
  [Operation.addDestination, 250],
  [Operation.setDestination, 130],
  [Operation.deleteDestination, 80],
  [Operation.listDestinations, 30],
  [Operation.patchService, 40],
  [Operation.patchDestination, 50],
  [Operation.setTimeouts, 15],
  [Operation.getTimeouts, 10],
  [Operation.getInfo, 10],
  [Operation.zero, 9],
  [Operation.startDaemon, 6],
  [Operation.stopDaemon, 5],
  [Operation.listDaemons, 3],
  [Operation.flush, 2],
];

const SCHEDULERS = [
  ['wlc', 120],
  ['rr', 30],
  ['none', 4],
  ['sh', 2],
  ['mh', 2],
  ['wrr', 2],
  ['dh', 1],
  ['lc', 1],
  ['lblc', 1],
  ['lblcr', 1],
  ['sed', 1],
  ['nq', 1],
  ['fo', 1],
  ['ovf', 1],
  ['', 1],
  ['nosuch', 2],
] as const;

const SERVICE_ADDRESSES = { [AF_INET]: ['10.0.0.1', '10.0.0.2'], [AF_INET6]: ['fd00::1', 'fd00::2'] };

const DESTINATION_ADDRESSES = {
  [AF_INET]: [
    ...['10.1.0.1', '10.1.0.2', '10.1.0.3', '192.168.50.1', '192.168.50.0', '127.0.0.1'],
    ...[
      '0.0.0.0',
      '255.255.255.255',
      '224.0.0.1',
      '192.168.50.255',
      '127.255.255.255',
      '0.1.2.3',
      '240.0.0.1',
    ],
  ],
  [AF_INET6]: [
    ...['fd00:1::1', 'fd00:1::2', 'fd00:50::1', '2001:db8::1', '::1', '::1.2.3.4', 'fec0::1'],
    ...['::', 'fe80::1', 'ff02::1', '::ffff:10.1.0.1'],
  ],
};

const BOUNDS = [0, 0, 0, 1, 2, 10, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const LIKELY_BOUNDS = [0, 0, 0, 0, 1, 10, 100];

export class RandomRequests {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** So many requests, packed. */
  make(count: number): Memory {
    const memory = new Memory(new ArrayBuffer(count * REQUEST.size));
    for (let n = 0; n < count; n++) this.#write(memory, n * REQUEST.size);
    return memory;
  }

  #one<T>(of: readonly T[]): T {
    return of[this.#random.below(of.length)] as T;
  }

  #weighted<T>(shares: readonly (readonly [T, number])[]): T {
    let left = this.#random.below(shares.reduce((sum, [, share]) => sum + share, 0));
    const chosen = shares.find(([, share]) => {
      left -= share;
      return left < 0;
    });
    return (chosen as readonly [T, number])[0];
  }

  #is(chance: number): boolean {
    return this.#random.below(1000) < chance;
  }

  #write(memory: Memory, at: number): void {
    const operation = this.#weighted(SHARES);
    memory.setU8(at + REQUEST.operation, operation);
    switch (operation) {
      case Operation.addService:
      case Operation.setService:
        this.#serviceOptions(memory, at + REQUEST.service, this.#service(memory, at + REQUEST.service));
        break;
      case Operation.patchService:
        memory.setU32(at + REQUEST.changes, this.#random.below(128));
        this.#serviceOptions(memory, at + REQUEST.service, this.#service(memory, at + REQUEST.service));
        break;
      case Operation.addDestination:
      case Operation.setDestination:
      case Operation.deleteDestination:
      case Operation.patchDestination:
        memory.setU32(at + REQUEST.changes, this.#random.below(32));
        this.#destination(memory, at + REQUEST.destination, this.#service(memory, at + REQUEST.service));
        break;
      case Operation.deleteService:
      case Operation.getService:
      case Operation.listDestinations:
        this.#service(memory, at + REQUEST.service);
        break;
      case Operation.zero:
        if (this.#is(800)) this.#service(memory, at + REQUEST.service);
        break;
      case Operation.setTimeouts:
        for (const field of [TIMEOUTS.tcp, TIMEOUTS.tcpFin, TIMEOUTS.udp]) {
          memory.setU32(
            at + REQUEST.timeouts + field,
            this.#one([0, 1, 900, 21474836, 21474837, 2 ** 32 - 1]),
          );
        }
        break;
      case Operation.startDaemon:
      case Operation.stopDaemon:
        this.#daemon(memory, at + REQUEST.daemon);
        break;
    }
  }

  /** Returns the family. */
  #service(memory: Memory, at: number): number {
    const family = this.#is(600) ? AF_INET : AF_INET6;
    memory.setU16(at + SERVICE.family, this.#is(5) ? 99 : family);
    const fwmark = this.#one([0, 0, 0, 0, 1, 2 ** 32 - 1]);
    memory.setU32(at + SERVICE.fwmark, fwmark);
    if (fwmark !== 0) return family;
    memory.setU16(at + SERVICE.protocol, this.#one([6, 6, 6, 17, 132, 0, 255]));
    memory.setU16(at + SERVICE.port, this.#one([80, 80, 443, 0, 65535]));
    parseAddress(this.#one(SERVICE_ADDRESSES[family]), memory.u8, at + SERVICE.address);
    return family;
  }

  #serviceOptions(memory: Memory, at: number, family: number): void {
    memory.setName(at + SERVICE.scheduler, this.#weighted(SCHEDULERS));
    memory.setName(
      at + SERVICE.engine,
      this.#weighted([
        ['', 40],
        ['sip', 9],
        ['nosuch', 1],
      ]),
    );
    memory.setU32(at + SERVICE.flags, this.#is(800) ? this.#random.below(64) : this.#random.below(2 ** 32));
    memory.setU32(at + SERVICE.timeout, this.#one([0, 0, 1, 360, 2678400, 42949673, 2 ** 32 - 1]));
    const mask = this.#one([2 ** 32 - 1, 2 ** 32 - 256, 0xff00ff00, 0]);
    const length = this.#one([128, 128, 128, 64, 1, 0, 129, 2 ** 32 - 1]);
    memory.setU32(at + SERVICE.netmask, family === AF_INET6 ? length : mask);
  }

  #destination(memory: Memory, at: number, serviceFamily: number): void {
    const other = serviceFamily === AF_INET ? AF_INET6 : AF_INET;
    const family = this.#is(900) ? serviceFamily : other;
    memory.setU16(at + DESTINATION.family, this.#is(5) ? 99 : family);
    parseAddress(this.#one(DESTINATION_ADDRESSES[family as 2 | 10]), memory.u8, at + DESTINATION.address);
    memory.setU16(at + DESTINATION.port, this.#one([80, 80, 8080, 0, 65535]));
    memory.setU32(at + DESTINATION.forward, this.#one([0, 2, 2, 3, 1, 4, 5, 7]));
    memory.setU32(at + DESTINATION.weight, this.#one(BOUNDS));
    const bounds = this.#is(800) ? LIKELY_BOUNDS : BOUNDS;
    const [a, b] = [this.#one(bounds), this.#one(bounds)];
    const isCrossed = this.#is(100);
    memory.setU32(at + DESTINATION.upperThreshold, isCrossed ? a : Math.max(a, b));
    memory.setU32(at + DESTINATION.lowerThreshold, isCrossed ? b : Math.min(a, b));
    const type = this.#one([0, 0, 0, 1, 2, 3, 255]);
    memory.setU8(at + DESTINATION.tunnelType, type);
    memory.setU16(at + DESTINATION.tunnelFlags, this.#one([0, 0, 1, 2, 65535]));
    memory.setU16(at + DESTINATION.tunnelPort, this.#one([0, 6080, 65535]));
  }

  #daemon(memory: Memory, at: number): void {
    memory.setU32(at + DAEMON.state, this.#one([1, 2]));
    memory.setName(at + DAEMON.interface, this.#one(['dummy0', 'dummy0', 'lo', 'nosuch0']));
    memory.setU32(at + DAEMON.syncId, this.#one([0, 255, 2 ** 32 - 1]));
    memory.setU16(at + DAEMON.maxLength, this.#one([0, 0, 1, 1472, 65507, 65535]));
    memory.setU16(at + DAEMON.port, this.#one([0, 0, 8848, 65535]));
    memory.setU8(at + DAEMON.ttl, this.#one([0, 1, 255]));
    const group = this.#one(['', '', '239.1.2.3', 'ff02::81']);
    if (group !== '') {
      memory.setU16(at + DAEMON.groupFamily, parseAddress(group, memory.u8, at + DAEMON.group));
    }
  }
}
