/** Persistence: how long a client stays with its real server, and who counts as one client. */

import { checkInteger, checkObject, checkString, invalidType, invalidValue } from '../errors/argument';
import { AF_INET, AF_INET6, parseAddress } from '../model/address';
import type { Persistence } from '../model/types';
import { type Memory, SERVICE } from './records';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = SERVICE;

const DEFAULT_TIMEOUT = 360;
const MAX_TIMEOUT = 2678400;
const ENGINE_NAME = /^[A-Za-z0-9_-]{1,16}$/;

interface Reported {
  timeout: number;
  netmask: number | string;
  engine?: string;
}

/** Timeout, netmask and engine go into the service's record at `offset`; for no persistence too. */
export function writePersistence(
  memory: Memory,
  offset: number,
  path: string,
  value: Persistence | true | undefined,
  family: number,
): void {
  let netmask = family === AF_INET6 ? 128 : 0xffffffff;
  if (value !== undefined) {
    if (value !== true) checkObject(path, value, 'true or an object');
    const persistence: Persistence = value === true ? {} : value;
    const { timeout = DEFAULT_TIMEOUT, engine } = persistence;
    memory.setU32(offset + AT.timeout, checkInteger(`${path}.timeout`, timeout, 1, MAX_TIMEOUT));
    if (persistence.netmask !== undefined)
      netmask = checkNetmask(`${path}.netmask`, persistence.netmask, family);
    if (engine !== undefined) memory.setName(offset + AT.engine, checkEngine(`${path}.engine`, engine));
  }
  memory.setU32(offset + AT.netmask, netmask);
}

function checkEngine(path: string, value: unknown): string {
  const expected = "a persistence engine's name, such as 'sip'";
  const name = checkString(path, value, expected);
  if (!ENGINE_NAME.test(name)) throw invalidValue(path, expected, name);
  return name;
}

/** The mask itself for IPv4, the prefix length for IPv6: so the kernel takes it. */
function checkNetmask(path: string, value: unknown, family: number): number {
  if (family === AF_INET6) return checkInteger(path, value, 1, 128);
  if (typeof value === 'number') return prefixMask(checkInteger(path, value, 0, 32));
  const expected = 'a prefix length or a dotted mask';
  if (typeof value !== 'string') throw invalidType(path, expected, value);
  const bytes = new Uint8Array(16);
  if (parseAddress(value, bytes, 0) !== AF_INET) throw invalidValue(path, expected, value);
  return new DataView(bytes.buffer).getUint32(0);
}

/** JavaScript's shifts count modulo 32, so a prefix of 0 has to be said. */
function prefixMask(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

/** What the service's record at `offset` says of persistence. A mask with holes is dotted, any other a length. */
export function readPersistence(memory: Memory, offset: number, family: number): Reported {
  const mask = memory.getU32(offset + AT.netmask);
  const engine = memory.getName(offset + AT.engine, 20);
  return {
    timeout: memory.getU32(offset + AT.timeout),
    netmask: family === AF_INET6 ? mask : ipv4Netmask(mask),
    ...(engine !== '' && { engine }),
  };
}

function ipv4Netmask(mask: number): number | string {
  const length = Math.clz32(~mask);
  if (prefixMask(length) === mask) return length;
  return [mask >>> 24, (mask >>> 16) & 0xff, (mask >>> 8) & 0xff, mask & 0xff].join('.');
}
