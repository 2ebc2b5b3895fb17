/** Commands that change a part: what there is with the changes made is what is set, as native/ipvs/patches.cc does it. */

import { Failure } from '../../errors/failure';
import { TUNNEL } from '../../model/forwarding';
import { PERSISTENT } from '../../model/service-flags';
import { Memory } from '../../wire/memory';
import {
  DESTINATION,
  DESTINATION_STATE,
  DestinationChange,
  SERVICE,
  SERVICE_STATE,
  ServiceChange,
} from '../../wire/records';
import type { Director } from '../director';
import { destinationKey } from '../table/destination';
import type { Service } from '../table/service';
import { setDestination } from './destinations';
import { findService, setService } from './services';

/** Names, and where the engine's ends. */
const SCHEDULER_BYTES = 16;
const ENGINE_BYTES = 20;

/** Returns an errno, or a `Failure`. `changes` are `ServiceChange` bits. */
export function patchService(director: Director, memory: Memory, at: number, changes: number): number {
  const service = findService(director, memory, at);
  if (typeof service === 'number') return service;
  const merged = new Memory(new ArrayBuffer(SERVICE_STATE));
  service.write(merged, 0);
  const has = (change: number) => (changes & change) !== 0;
  const copy = (field: number, bytes: number) =>
    merged.u8.set(memory.u8.subarray(at + field, at + field + bytes), field);

  if (has(ServiceChange.flagsOfScheduler) && !has(ServiceChange.scheduler)) {
    if (memory.getName(at + SERVICE.scheduler, SCHEDULER_BYTES) !== service.schedulerName)
      return Failure.foreignFlags;
  }
  if (has(ServiceChange.scheduler)) copy(SERVICE.scheduler, SCHEDULER_BYTES);
  let flags = service.flags;
  if (has(ServiceChange.flags)) flags = (flags & PERSISTENT) | memory.getU32(at + SERVICE.flags);
  if (has(ServiceChange.noPersistence)) flags &= ~PERSISTENT;
  const anew = (flags & PERSISTENT) === 0;
  if (has(ServiceChange.persistence)) flags |= PERSISTENT;
  merged.setU32(SERVICE.flags, flags);
  if (has(ServiceChange.persistence) || has(ServiceChange.noPersistence)) {
    if (anew || has(ServiceChange.timeout)) copy(SERVICE.timeout, 4);
    if (anew || has(ServiceChange.netmask)) copy(SERVICE.netmask, 4);
    if (anew || has(ServiceChange.engine)) copy(SERVICE.engine, ENGINE_BYTES);
  }
  return setService(director, merged, 0);
}

/** Returns an errno, or a `Failure`. `changes` are `DestinationChange` bits. */
export function patchDestination(
  director: Director,
  service: Service,
  memory: Memory,
  at: number,
  changes: number,
): number {
  const destination = service.destinations.find(destinationKey(memory, at));
  // The kernel is asked all the same, and may find something else wrong first.
  if (destination === undefined) return setDestination(director, service, memory, at);
  const merged = new Memory(new ArrayBuffer(DESTINATION_STATE));
  destination.write(merged, 0);
  const has = (change: number) => (changes & change) !== 0;
  const copy = (field: number) => merged.setU32(field, memory.getU32(at + field));

  if (has(DestinationChange.forward)) copy(DESTINATION.forward);
  if (has(DestinationChange.weight)) copy(DESTINATION.weight);
  if (has(DestinationChange.upperThreshold)) copy(DESTINATION.upperThreshold);
  if (has(DestinationChange.lowerThreshold)) copy(DESTINATION.lowerThreshold);
  const isTunnel = merged.getU32(DESTINATION.forward) === TUNNEL;
  if (has(DestinationChange.tunnel) && !isTunnel) return Failure.noTunnel;
  if (has(DestinationChange.tunnel) || !isTunnel) {
    const given = has(DestinationChange.tunnel);
    merged.setU8(DESTINATION.tunnelType, given ? memory.getU8(at + DESTINATION.tunnelType) : 0);
    merged.setU16(DESTINATION.tunnelPort, given ? memory.getU16(at + DESTINATION.tunnelPort) : 0);
    merged.setU16(DESTINATION.tunnelFlags, given ? memory.getU16(at + DESTINATION.tunnelFlags) : 0);
  }
  return setDestination(director, service, merged, 0);
}
