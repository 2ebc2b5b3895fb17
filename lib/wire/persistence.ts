/** Persistence in a service's record, read. */

import { AF_INET6 } from '../model/address';
import { ipv4Netmask } from '../model/netmask';
import type { ServiceState } from '../model/service';
import type { Memory } from './memory';
import { SERVICE } from './records';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = SERVICE;

/** What the service's record at `offset` says of persistence. */
export function readPersistence(
  memory: Memory,
  offset: number,
  family: number,
): NonNullable<ServiceState['persistence']> {
  const mask = memory.getU32(offset + AT.netmask);
  const engine = memory.getName(offset + AT.engine, 20);
  return {
    timeout: memory.getU32(offset + AT.timeout),
    netmask: family === AF_INET6 ? mask : ipv4Netmask(mask),
    ...(engine !== '' && { engine }),
  };
}
