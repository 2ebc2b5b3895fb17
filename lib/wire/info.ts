/** The kernel's version of IPVS. */

import type { Info } from '../model/director';
import type { Memory } from './memory';
import { INFO } from './records';

/** Reads what GET_INFO answered. */
export function readInfo(memory: Memory, offset: number): Info {
  const version = memory.getU32(offset + INFO.version);
  return {
    version: `${(version >> 16) & 0xff}.${(version >> 8) & 0xff}.${version & 0xff}`,
    connectionTableSize: memory.getU32(offset + INFO.connectionTableSize),
    channel: memory.getU32(offset + INFO.channel) === 0 ? 'netlink' : 'socket-options',
  };
}
