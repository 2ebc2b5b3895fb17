/** Real servers: record -> what the kernel reports. */

import { familyName } from '../model/address';
import type { Destination, DestinationKey, DestinationState } from '../model/destination';
import { forwardingName, TUNNEL } from '../model/forwarding';
import { cachedAddress } from './caches';
import type { Memory } from './memory';
import { DESTINATION } from './records';
import { readStats } from './stats';
import { readTunnel } from './tunnel';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = DESTINATION;

/** What names the real server at `offset`. */
export function readDestinationKey(memory: Memory, offset: number): DestinationKey {
  const family = memory.getU16(offset + AT.family);
  return {
    address: cachedAddress(family, memory, offset + AT.address),
    port: memory.getU16(offset + AT.port),
  };
}

/** Reads the real server at `offset`. */
export function readDestination(memory: Memory, offset: number): Destination {
  const family = memory.getU16(offset + AT.family);
  const forward = memory.getU32(offset + AT.forward);
  const destination: Destination = {
    address: cachedAddress(family, memory, offset + AT.address),
    port: memory.getU16(offset + AT.port),
    family: familyName(family),
    forward: forwardingName(forward),
    weight: memory.getU32(offset + AT.weight),
    upperThreshold: memory.getU32(offset + AT.upperThreshold),
    lowerThreshold: memory.getU32(offset + AT.lowerThreshold),
    activeConnections: memory.getU32(offset + AT.activeConnections),
    inactiveConnections: memory.getU32(offset + AT.inactiveConnections),
    persistentConnections: memory.getU32(offset + AT.persistentConnections),
    stats: readStats(memory, offset + AT.stats),
  };
  if (forward === TUNNEL) destination.tunnel = readTunnel(memory, offset);
  return destination;
}

/**
 * As `readDestination`, without its counters. A literal of its own: V8 makes an object whole several times faster than
 * it adds a property to one.
 */
export function readDestinationState(memory: Memory, offset: number): DestinationState {
  const family = memory.getU16(offset + AT.family);
  const forward = memory.getU32(offset + AT.forward);
  const destination: DestinationState = {
    address: cachedAddress(family, memory, offset + AT.address),
    port: memory.getU16(offset + AT.port),
    family: familyName(family),
    forward: forwardingName(forward),
    weight: memory.getU32(offset + AT.weight),
    upperThreshold: memory.getU32(offset + AT.upperThreshold),
    lowerThreshold: memory.getU32(offset + AT.lowerThreshold),
    activeConnections: memory.getU32(offset + AT.activeConnections),
    inactiveConnections: memory.getU32(offset + AT.inactiveConnections),
    persistentConnections: memory.getU32(offset + AT.persistentConnections),
  };
  if (forward === TUNNEL) destination.tunnel = readTunnel(memory, offset);
  return destination;
}
