/** What a row is called, made from its packed record. */

import { AF_INET6 } from '../model/address';
import { protocolName } from '../model/protocol';
import { cachedAddress } from './caches';
import type { Memory } from './memory';
import { DESTINATION, SERVICE } from './records';

/** `tcp 10.0.0.1:80` */
export function serviceNameAt(memory: Memory, offset: number): string {
  const fwmark = memory.getU32(offset + SERVICE.fwmark);
  const family = memory.getU16(offset + SERVICE.family);
  if (fwmark !== 0) return family === AF_INET6 ? `fwmark ${fwmark} (ipv6)` : `fwmark ${fwmark}`;
  const protocol = protocolName(memory.getU16(offset + SERVICE.protocol));
  const address = cachedAddress(family, memory, offset + SERVICE.address);
  return `${protocol} ${endpoint(family, address, memory.getU16(offset + SERVICE.port))}`;
}

/** `10.1.0.1:8080` */
export function serverNameAt(memory: Memory, offset: number): string {
  const family = memory.getU16(offset + DESTINATION.family);
  const address = cachedAddress(family, memory, offset + DESTINATION.address);
  return endpoint(family, address, memory.getU16(offset + DESTINATION.port));
}

function endpoint(family: number, address: string, port: number): string {
  return family === AF_INET6 ? `[${address}]:${port}` : `${address}:${port}`;
}
