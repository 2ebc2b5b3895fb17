/** Real servers: spec -> record, record -> what the kernel reports. */

import { checkInteger, checkObject, conflict } from '../errors/argument';
import { checkAddressText, familyName, invalidAddress } from '../model/address';
import {
  checkCount,
  checkCrossing,
  DEFAULT_FORWARD,
  DEFAULT_WEIGHT,
  DESTINATION_CHANGE_FIELDS,
  DESTINATION_FIELDS,
  type Destination,
  type DestinationKey,
  type DestinationOptions,
  type DestinationSpec,
  type DestinationState,
  FORWARDING_METHODS,
  forwardingName,
  TUNNEL,
} from '../model/destination';
import { cachedAddress, parseCachedAddress } from './caches';
import type { Memory } from './memory';
import { DestinationChange as Change, DESTINATION } from './records';
import { readStats } from './stats';
import { readTunnel, writeTunnel } from './tunnel';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = DESTINATION;

const KEY = 'an object with address and port';

/** What names the real server goes into the record at `offset`. Returns the family, as the kernel's number. */
export function writeDestinationKey(memory: Memory, offset: number, key: unknown): number {
  checkObject('destination', key, KEY);
  DESTINATION_FIELDS.check('destination', key, 2);
  return writeKey(memory, offset, key as DestinationKey);
}

function writeKey(memory: Memory, offset: number, { address, port }: DestinationKey): number {
  const text = checkAddressText('destination.address', address);
  const family = parseCachedAddress(text, memory, offset + AT.address);
  if (family === 0) throw invalidAddress('destination.address', text);
  memory.setU16(offset + AT.family, family);
  memory.setU16(offset + AT.port, checkInteger('destination.port', port, 0, 65535));
  return family;
}

/** The whole spec goes into the record at `offset`. `serviceFamily` is the kernel's number. */
export function writeDestination(
  memory: Memory,
  offset: number,
  spec: DestinationSpec,
  serviceFamily: number,
): void {
  checkObject('destination', spec, KEY);
  const { forward, weight, upperThreshold, lowerThreshold, tunnel } = spec;
  let given = 2;
  if (forward !== undefined) given++;
  if (weight !== undefined) given++;
  if (upperThreshold !== undefined) given++;
  if (lowerThreshold !== undefined) given++;
  if (tunnel !== undefined) given++;
  DESTINATION_FIELDS.check('destination', spec, given);
  const family = writeKey(memory, offset, spec);
  const method = FORWARDING_METHODS.check('destination.forward', forward ?? DEFAULT_FORWARD);
  memory.setU32(offset + AT.forward, method);
  memory.setU32(offset + AT.weight, checkCount('destination.weight', weight ?? DEFAULT_WEIGHT));
  if (family !== serviceFamily) checkCrossing(spec.address, family, serviceFamily, method);
  if (upperThreshold !== undefined || lowerThreshold !== undefined) {
    writeThresholds(memory, offset, upperThreshold, lowerThreshold);
  }
  if (tunnel === undefined) return;
  writeTunnel(memory, offset, 'destination.tunnel', tunnel);
  if (method !== TUNNEL) {
    throw conflict(
      'destination.tunnel',
      (name) => ` needs ${name('destination.forward')} 'tunnel', got '${forwardingName(method)}'`,
    );
  }
}

function writeThresholds(memory: Memory, offset: number, upper = 0, lower = 0): void {
  memory.setU32(offset + AT.upperThreshold, checkCount('destination.upperThreshold', upper));
  memory.setU32(offset + AT.lowerThreshold, checkCount('destination.lowerThreshold', lower));
  if (lower > upper) {
    throw conflict(
      'destination.lowerThreshold',
      (name) => ` ${lower} must not exceed ${name('destination.upperThreshold')} ${upper}`,
    );
  }
}

/** The key and the changes go into the record at `offset`. Returns which changes they are. */
export function writeDestinationChanges(
  memory: Memory,
  offset: number,
  key: DestinationKey,
  changes: DestinationOptions,
  serviceFamily: number,
): number {
  const family = writeDestinationKey(memory, offset, key);
  checkObject('changes', changes);
  DESTINATION_CHANGE_FIELDS.check('changes', changes);
  const { forward, weight, upperThreshold, lowerThreshold, tunnel } = changes;
  let given = 0;
  if (forward !== undefined) {
    const method = FORWARDING_METHODS.check('changes.forward', forward);
    memory.setU32(offset + AT.forward, method);
    if (family !== serviceFamily) checkCrossing(key.address, family, serviceFamily, method);
    given |= Change.forward;
  }
  if (weight !== undefined) {
    memory.setU32(offset + AT.weight, checkCount('changes.weight', weight));
    given |= Change.weight;
  }
  if (upperThreshold !== undefined) {
    memory.setU32(offset + AT.upperThreshold, checkCount('changes.upperThreshold', upperThreshold));
    given |= Change.upperThreshold;
  }
  if (lowerThreshold !== undefined) {
    memory.setU32(offset + AT.lowerThreshold, checkCount('changes.lowerThreshold', lowerThreshold));
    given |= Change.lowerThreshold;
  }
  if (tunnel !== undefined) {
    writeTunnel(memory, offset, 'changes.tunnel', tunnel);
    given |= Change.tunnel;
  }
  return given;
}

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
