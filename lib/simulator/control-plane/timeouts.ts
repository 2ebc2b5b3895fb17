/** How long entries of the connection table last, as far as one can set it. */

import type { Memory } from '../../wire/memory';
import { TIMEOUTS } from '../../wire/records';
import { HZ } from '../kernel';
import { Errno } from './errno';

/** The kernel holds no timeout of more ticks. */
const GREATEST = Math.floor(0x7fffffff / HZ);

/** Seconds. */
export class Timeouts {
  tcp = 900;
  tcpFin = 120;
  udp = 300;

  /** Sets those that the record at `at` gives, or none of them where one is too great. Returns an errno. */
  set(memory: Memory, at: number): number {
    const tcp = memory.getU32(at + TIMEOUTS.tcp);
    const tcpFin = memory.getU32(at + TIMEOUTS.tcpFin);
    const udp = memory.getU32(at + TIMEOUTS.udp);
    if (Math.max(tcp, tcpFin, udp) > GREATEST) return Errno.EINVAL;
    this.tcp = tcp || this.tcp;
    this.tcpFin = tcpFin || this.tcpFin;
    this.udp = udp || this.udp;
    return Errno.none;
  }

  write(memory: Memory, at: number): void {
    memory.setU32(at + TIMEOUTS.tcp, this.tcp);
    memory.setU32(at + TIMEOUTS.tcpFin, this.tcpFin);
    memory.setU32(at + TIMEOUTS.udp, this.udp);
  }
}
