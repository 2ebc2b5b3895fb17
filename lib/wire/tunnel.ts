/** A tunnel in a destination's record, read. */

import { CHECKSUM, GRE, GUE, REMOTE_CHECKSUM, type Tunnel } from '../model/tunnel';
import type { Memory } from './memory';
import { DESTINATION } from './records';

/** The tunnel of the destination at `offset`. */
export function readTunnel(memory: Memory, offset: number): Tunnel {
  const type = memory.getU8(offset + DESTINATION.tunnelType);
  const flags = memory.getU16(offset + DESTINATION.tunnelFlags);
  if (type === GUE) {
    const checksum = flags & REMOTE_CHECKSUM ? 'remote-checksum' : flags & CHECKSUM ? 'checksum' : 'none';
    return { type: 'gue', port: memory.getU16(offset + DESTINATION.tunnelPort), checksum };
  }
  if (type === GRE) return { type: 'gre', checksum: flags & CHECKSUM ? 'checksum' : 'none' };
  return { type: 'ipip' };
}
