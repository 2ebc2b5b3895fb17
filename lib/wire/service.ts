/** Virtual services: record -> what the kernel reports. */

import { familyName } from '../model/address';
import { protocolName } from '../model/protocol';
import type { Service, ServiceState } from '../model/service';
import { PERSISTENT, readFlags } from '../model/service-flags';
import { cachedAddress, cachedName } from './caches';
import type { Memory } from './memory';
import { readPersistence } from './persistence';
import { SERVICE } from './records';
import { readStats } from './stats';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = SERVICE;

/** Reads the service at `offset`. */
export function readService(memory: Memory, offset: number): Service {
  const family = memory.getU16(offset + AT.family);
  const fwmark = memory.getU32(offset + AT.fwmark);
  const flags = memory.getU32(offset + AT.flags);
  const scheduler = cachedName(memory, offset + AT.scheduler);
  const names = readFlags(flags, scheduler);
  const stats = readStats(memory, offset + AT.stats);
  const service: Service =
    fwmark !== 0
      ? { fwmark, family: familyName(family), scheduler, flags: names, stats }
      : {
          protocol: protocolName(memory.getU16(offset + AT.protocol)),
          address: cachedAddress(family, memory, offset + AT.address),
          port: memory.getU16(offset + AT.port),
          family: familyName(family),
          scheduler,
          flags: names,
          stats,
        };
  if ((flags & PERSISTENT) !== 0) service.persistence = readPersistence(memory, offset, family);
  return service;
}

/** As `readService`, without its counters; a literal of its own, as in `readDestinationState`. */
export function readServiceState(memory: Memory, offset: number): ServiceState {
  const family = memory.getU16(offset + AT.family);
  const fwmark = memory.getU32(offset + AT.fwmark);
  const flags = memory.getU32(offset + AT.flags);
  const scheduler = cachedName(memory, offset + AT.scheduler);
  const names = readFlags(flags, scheduler);
  const service: ServiceState =
    fwmark !== 0
      ? { fwmark, family: familyName(family), scheduler, flags: names }
      : {
          protocol: protocolName(memory.getU16(offset + AT.protocol)),
          address: cachedAddress(family, memory, offset + AT.address),
          port: memory.getU16(offset + AT.port),
          family: familyName(family),
          scheduler,
          flags: names,
        };
  if ((flags & PERSISTENT) !== 0) service.persistence = readPersistence(memory, offset, family);
  return service;
}
