/** Real servers: spec -> record, record -> what the kernel reports. */

import { checkInteger, checkObject, checkString, conflict, invalidValue } from '../errors/argument';
import { familyName } from '../model/address';
import { Names } from '../model/one-of';
import type {
  Destination,
  DestinationKey,
  DestinationOptions,
  DestinationSpec,
  ForwardingMethod,
} from '../model/types';
import { parseKnownAddress, readKnownAddress } from './known-address';
import { DestinationChange as Change, DESTINATION, type Memory } from './records';
import { readStats } from './stats';
import { readTunnel, writeTunnel } from './tunnel';

const MAX_INT = 2147483647;

const FORWARDING = new Names([
  ['masq', 0],
  ['local', 1],
  ['tunnel', 2],
  ['droute', 3],
  ['bypass', 4],
]);
const FORWARDING_NAMES = FORWARDING.names() as ForwardingMethod[];
const TUNNEL = 2;

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = DESTINATION;

const KEY = 'an object with address and port';
const ADDRESS = 'an IPv4 or IPv6 address';

/** What names the real server goes into the record at `offset`. Returns the family, as the kernel's number. */
export function writeDestinationKey(memory: Memory, offset: number, key: unknown): number {
  checkObject('destination', key, KEY);
  const { address, port } = key as Record<string, unknown>;
  const text = checkString('destination.address', address, ADDRESS);
  const family = parseKnownAddress(text, memory, offset + AT.address);
  if (family === 0) throw invalidValue('destination.address', ADDRESS, text);
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
  const family = writeDestinationKey(memory, offset, spec);
  const { forward = 'droute', weight = 1, upperThreshold, lowerThreshold, tunnel } = spec;
  const method = FORWARDING.check('destination.forward', forward);
  memory.setU32(offset + AT.forward, method);
  memory.setU32(offset + AT.weight, checkInteger('destination.weight', weight, 0, MAX_INT));
  if (family !== serviceFamily) checkCrossing(spec.address, family, serviceFamily, method);
  if (upperThreshold !== undefined || lowerThreshold !== undefined) {
    writeThresholds(memory, offset, upperThreshold, lowerThreshold);
  }
  if (tunnel === undefined) return;
  writeTunnel(memory, offset, 'destination.tunnel', tunnel);
  if (method !== TUNNEL) {
    throw conflict(`destination.tunnel needs destination.forward 'tunnel', got '${forward}'`);
  }
}

function writeThresholds(memory: Memory, offset: number, upper = 0, lower = 0): void {
  memory.setU32(offset + AT.upperThreshold, checkInteger('destination.upperThreshold', upper, 0, MAX_INT));
  memory.setU32(offset + AT.lowerThreshold, checkInteger('destination.lowerThreshold', lower, 0, MAX_INT));
  if (lower > upper) {
    throw conflict(`destination.lowerThreshold ${lower} must not exceed destination.upperThreshold ${upper}`);
  }
}

/** For a destination of another family than its service's. */
function checkCrossing(address: string, family: number, serviceFamily: number, forward: number): void {
  if (forward === TUNNEL) return;
  throw conflict(
    `destination.address ${address} is ${familyName(family)} and its service ${familyName(serviceFamily)}: ` +
      `only destination.forward 'tunnel' crosses families, got '${FORWARDING_NAMES[forward]}'`,
  );
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
  const { forward, weight, upperThreshold, lowerThreshold, tunnel } = changes;
  let given = 0;
  if (forward !== undefined) {
    const method = FORWARDING.check('changes.forward', forward);
    memory.setU32(offset + AT.forward, method);
    if (family !== serviceFamily) checkCrossing(key.address, family, serviceFamily, method);
    given |= Change.forward;
  }
  if (weight !== undefined) {
    memory.setU32(offset + AT.weight, checkInteger('changes.weight', weight, 0, MAX_INT));
    given |= Change.weight;
  }
  if (upperThreshold !== undefined) {
    const threshold = checkInteger('changes.upperThreshold', upperThreshold, 0, MAX_INT);
    memory.setU32(offset + AT.upperThreshold, threshold);
    given |= Change.upperThreshold;
  }
  if (lowerThreshold !== undefined) {
    const threshold = checkInteger('changes.lowerThreshold', lowerThreshold, 0, MAX_INT);
    memory.setU32(offset + AT.lowerThreshold, threshold);
    given |= Change.lowerThreshold;
  }
  if (tunnel !== undefined) {
    writeTunnel(memory, offset, 'changes.tunnel', tunnel);
    given |= Change.tunnel;
  }
  return given;
}

/** Reads the real server at `offset`. */
export function readDestination(memory: Memory, offset: number): Destination {
  const family = memory.getU16(offset + AT.family);
  const forward = memory.getU32(offset + AT.forward);
  const destination: Destination = {
    address: readKnownAddress(family, memory, offset + AT.address),
    port: memory.getU16(offset + AT.port),
    family: familyName(family),
    forward: FORWARDING_NAMES[forward] ?? (`method-${forward}` as ForwardingMethod),
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
