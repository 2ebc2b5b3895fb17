/** Counters as the kernel keeps them. */

import { type Memory, STATS } from './records';
import type { Stats } from './types';

/** Reads the counters at `offset`. */
export function readStats(memory: Memory, offset: number): Stats {
  const rates = offset + STATS.rates;
  return {
    connections: memory.getU64(offset),
    packetsIn: memory.getU64(offset + 8),
    packetsOut: memory.getU64(offset + 16),
    bytesIn: memory.getU64(offset + 24),
    bytesOut: memory.getU64(offset + 32),
    rates: {
      connections: memory.getF64(rates),
      packetsIn: memory.getF64(rates + 8),
      packetsOut: memory.getF64(rates + 16),
      bytesIn: memory.getF64(rates + 24),
      bytesOut: memory.getF64(rates + 32),
    },
  };
}
