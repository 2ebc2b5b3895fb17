/** The director's timeouts. */

import { checkObject } from '../errors/argument';
import { checkTimeout, TIMEOUT_FIELDS, TIMEOUT_NAMES, type Timeouts } from '../model/director';
import type { Memory } from './memory';
import { TIMEOUTS } from './records';

/** Those not given stay 0 in the record, which keeps them. */
export function writeTimeouts(memory: Memory, offset: number, timeouts: Partial<Timeouts>): void {
  checkObject('timeouts', timeouts, 'an object with tcp, tcpFin or udp');
  TIMEOUT_FIELDS.check('timeouts', timeouts);
  for (const name of TIMEOUT_NAMES) {
    const seconds = timeouts[name];
    if (seconds !== undefined) memory.setU32(offset + TIMEOUTS[name], checkTimeout(name, seconds));
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
