/** Counters as the kernel keeps them. */

import type { Stats } from '../model/stats';
import type { Memory } from './memory';
import { STATS } from './records';

/** Where it is one, as the small integer that V8 keeps in place: other numbers take an object each. */
function compact(rate: number): number {
  const integer = rate | 0;
  return integer === rate ? integer : rate;
}

/** Reads the counters at `offset`. */
export function readStats(memory: Memory, offset: number): Stats {
  const rates = offset + STATS.rates;
  return {
    connections: memory.getU64(offset),
    packetsIn: memory.getU64(offset + 8),
    packetsOut: memory.getU64(offset + 16),
    bytesIn: memory.getU64(offset + 24),
    bytesOut: memory.getU64(offset + 32),
    // A literal without reading is a copy of what V8 keeps: most entries of most tables rest.
    rates: memory.isZero(rates)
      ? { connections: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0 }
      : {
          connections: compact(memory.getF64(rates)),
          packetsIn: compact(memory.getF64(rates + 8)),
          packetsOut: compact(memory.getF64(rates + 16)),
          bytesIn: compact(memory.getF64(rates + 24)),
          bytesOut: compact(memory.getF64(rates + 32)),
        },
  };
}
