/** What concerns the whole director: the kernel's version and its timeouts. */

import { checkInteger, checkObject } from '../errors/argument';
import type { Info, Timeouts } from '../model/types';
import { INFO, type Memory, TIMEOUTS } from './records';

/** 2^31 / 1000: the kernel counts in ticks, and no kernel has more than a thousand a second. */
const MAX_SECONDS = 2147483;

/** Reads what GET_INFO answered. */
export function readInfo(memory: Memory, offset: number): Info {
  const version = memory.getU32(offset + INFO.version);
  return {
    version: `${(version >> 16) & 0xff}.${(version >> 8) & 0xff}.${version & 0xff}`,
    connectionTableSize: memory.getU32(offset + INFO.connectionTableSize),
  };
}

/** Those not given stay 0 in the record, which keeps them. */
export function writeTimeouts(memory: Memory, offset: number, timeouts: Partial<Timeouts>): void {
  checkObject('timeouts', timeouts, 'an object with tcp, tcpFin or udp');
  for (const name of ['tcp', 'tcpFin', 'udp'] as const) {
    const seconds = timeouts[name];
    if (seconds === undefined) continue;
    memory.setU32(offset + TIMEOUTS[name], checkInteger(`timeouts.${name}`, seconds, 1, MAX_SECONDS));
  }
}

/** Reads what GET_CONFIG answered. */
export function readTimeouts(memory: Memory, offset: number): Timeouts {
  return {
    tcp: memory.getU32(offset + TIMEOUTS.tcp),
    tcpFin: memory.getU32(offset + TIMEOUTS.tcpFin),
    udp: memory.getU32(offset + TIMEOUTS.udp),
  };
}
