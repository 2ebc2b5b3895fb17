/** The commands that concern destinations, with the kernel's checks in its order. Each returns an errno. */

import { MAX_INT } from '../../errors/argument';
import { AF_INET, AF_INET6 } from '../../model/address';
import { TUNNEL } from '../../model/forwarding';
import type { Memory } from '../../wire/memory';
import { DESTINATION } from '../../wire/records';
import type { Director } from '../director';
import { Destination, destinationKey, forwardIn } from '../table/destination';
import type { Service } from '../table/service';
import { Errno } from './errno';

const AT = DESTINATION;

const GUE = 1;

function hasFamily(memory: Memory, at: number): boolean {
  const family = memory.getU16(at + AT.family);
  return family === AF_INET || family === AF_INET6;
}

/** What a destination may be, whether it is there or not. */
function checkOptions({ daemons, kernel }: Director, service: Service, memory: Memory, at: number): number {
  if (!hasFamily(memory, at)) return Errno.EAFNOSUPPORT;
  if (memory.getU16(at + AT.family) !== service.family) {
    if (daemons.isAnyRunning || forwardIn(memory, at) !== TUNNEL) return Errno.EINVAL;
  }
  const upper = memory.getU32(at + AT.upperThreshold);
  if (memory.getU32(at + AT.weight) > MAX_INT) return Errno.ERANGE;
  if (memory.getU32(at + AT.lowerThreshold) > upper) return Errno.ERANGE;
  if (upper > kernel.greatestThreshold) return Errno.EINVAL;
  const isGue = memory.getU8(at + AT.tunnelType) === GUE;
  return isGue && memory.getU16(at + AT.tunnelPort) === 0 ? Errno.EINVAL : Errno.none;
}

/** The record at `at` says which. */
export function addDestination(director: Director, service: Service, memory: Memory, at: number): number {
  const errno = checkOptions(director, service, memory, at);
  if (errno !== Errno.none) return errno;
  const key = destinationKey(memory, at);
  if (service.destinations.find(key) !== undefined) return Errno.EEXIST;
  const removed = director.trash.take(service, key);
  if (removed !== undefined) {
    revive(director, removed, service);
    link(director, removed, memory, at);
    return Errno.none;
  }
  const destination = new Destination(key, service, memory, at);
  if (!director.network.isUnicast(destination.family, destination.address)) return Errno.EINVAL;
  link(director, destination, memory, at);
  return Errno.none;
}

/** It keeps its counters where it comes back to the very service that it was removed from. */
function revive({ estimator }: Director, destination: Destination, service: Service): void {
  if (destination.service !== service) destination.statistics.reset();
  destination.service = service;
  estimator.watch(destination.statistics);
}

function link(director: Director, destination: Destination, memory: Memory, at: number): void {
  const { service } = destination;
  destination.configure(director.kernel, memory, at, true);
  if (destination.family !== service.family) director.mixedDestinations++;
  service.destinations.add(destination);
  service.scheduler?.added?.(destination);
}

export function setDestination(director: Director, service: Service, memory: Memory, at: number): number {
  const errno = checkOptions(director, service, memory, at);
  if (errno !== Errno.none) return errno;
  const destination = service.destinations.find(destinationKey(memory, at));
  if (destination === undefined) return Errno.ENOENT;
  destination.configure(director.kernel, memory, at, false);
  service.scheduler?.changed?.(destination);
  return Errno.none;
}

export function deleteDestination(director: Director, service: Service, memory: Memory, at: number): number {
  if (!hasFamily(memory, at)) return Errno.EAFNOSUPPORT;
  const destination = service.destinations.find(destinationKey(memory, at));
  if (destination === undefined) return Errno.ENOENT;
  unlinkDestination(director, destination);
  return Errno.none;
}

/** It goes into the trash. With `expire_nodest_conn` its connections end, too. */
export function unlinkDestination(director: Director, destination: Destination): void {
  const { service } = destination;
  destination.isAvailable = false;
  if (destination.family !== service.family) director.mixedDestinations--;
  service.destinations.remove(destination);
  director.estimator.forget(destination.statistics);
  service.scheduler?.removed?.(destination);
  director.trash.add(destination);
  if (director.sysctls.isSet('expire_nodest_conn')) director.connections.endUnavailable();
}
