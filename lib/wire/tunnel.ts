/** A tunnel in a destination's record. */

import { checkInteger, checkObject, conflict } from '../errors/argument';
import {
  CHECKSUM,
  GRE,
  GRE_CHECKSUMS,
  GUE,
  GUE_CHECKSUMS,
  REMOTE_CHECKSUM,
  TUNNEL_FIELDS,
  TUNNEL_TYPES,
  type Tunnel,
} from '../model/tunnel';
import type { Memory } from './memory';
import { DESTINATION } from './records';

/** The tunnel goes into the destination's record at `offset`. */
export function writeTunnel(memory: Memory, offset: number, path: string, value: Tunnel): void {
  checkObject(path, value, 'an object with type');
  TUNNEL_FIELDS.check(path, value);
  const type = TUNNEL_TYPES.check(`${path}.type`, value.type);
  const { port, checksum = 'none' } = value as { port?: unknown; checksum?: unknown };
  if (type === GUE) {
    memory.setU16(offset + DESTINATION.tunnelPort, checkInteger(`${path}.port`, port, 1, 65535));
  } else if (port !== undefined) {
    throw conflict(`${path}.port`, ` is for type 'gue' only, and ${path}.type is '${value.type}'`);
  }
  if (type === GUE || type === GRE) {
    const checksums = type === GUE ? GUE_CHECKSUMS : GRE_CHECKSUMS;
    memory.setU16(offset + DESTINATION.tunnelFlags, checksums.check(`${path}.checksum`, checksum));
  } else if (checksum !== 'none') {
    throw conflict(`${path}.checksum`, ` is for types 'gue' and 'gre', and ${path}.type is '${value.type}'`);
  }
  memory.setU8(offset + DESTINATION.tunnelType, type);
}

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
