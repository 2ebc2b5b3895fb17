/** A tunnel in a destination's record, written. */

import { checkInteger, checkObject, conflict } from '../errors/argument';
import { Fields } from '../errors/fields';
import { OneOf } from '../model/one-of';
import { CHECKSUM, GRE, GUE, REMOTE_CHECKSUM, type Tunnel } from '../model/tunnel';
import type { Memory } from './memory';
import { DESTINATION } from './records';

const TUNNEL_FIELDS = new Fields(['type', 'port', 'checksum']);
/** The kernel's numbers. */
const TUNNEL_TYPES = new OneOf([
  ['ipip', 0],
  ['gue', GUE],
  ['gre', GRE],
]);

const GUE_CHECKSUMS = new OneOf([
  ['none', 0],
  ['checksum', CHECKSUM],
  ['remote-checksum', REMOTE_CHECKSUM],
]);
const GRE_CHECKSUMS = new OneOf([
  ['none', 0],
  ['checksum', CHECKSUM],
]);

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
