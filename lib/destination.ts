/** Real servers: spec -> record, record -> what the kernel reports. */

import { familyName, formatAddress, parseAddress } from './address';
import { Names } from './names';
import { DestinationChange as Change, DESTINATION, type Memory } from './records';
import { readStats } from './stats';
import { readTunnel, writeTunnel } from './tunnel';
import type {
  Destination,
  DestinationKey,
  DestinationOptions,
  DestinationSpec,
  ForwardingMethod,
} from './types';
import { checkInteger, checkObject, checkString, conflict, invalidValue } from './validate';

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
const DIRECT_ROUTE = 3;

const KEY = 'an object with address and port';
const ADDRESS = 'an IPv4 or IPv6 address';

/** How messages name the options, where they are given whole and where they are changes. */
const WHOLE = optionPaths('destination');
const CHANGES = optionPaths('changes');

function optionPaths(owner: string) {
  return {
    forward: `${owner}.forward`,
    weight: `${owner}.weight`,
    upperThreshold: `${owner}.upperThreshold`,
    lowerThreshold: `${owner}.lowerThreshold`,
    tunnel: `${owner}.tunnel`,
  };
}

/** What names the real server goes into the record at `offset`. Returns the family, as the kernel's number. */
export function writeDestinationKey(memory: Memory, offset: number, key: unknown): number {
  checkObject('destination', key, KEY);
  const fields = key as Record<string, unknown>;
  const address = checkString('destination.address', fields.address, ADDRESS);
  const family = parseAddress(address, memory.u8, offset + DESTINATION.address);
  if (family === 0) throw invalidValue('destination.address', ADDRESS, address);
  memory.setU16(offset + DESTINATION.family, family);
  memory.setU16(offset + DESTINATION.port, checkInteger('destination.port', fields.port, 0, 65535));
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
  const given = writeOptions(memory, offset, WHOLE, spec);
  if ((given & Change.forward) === 0) memory.setU32(offset + DESTINATION.forward, DIRECT_ROUTE);
  if ((given & Change.weight) === 0) memory.setU32(offset + DESTINATION.weight, 1);
  const forward = memory.getU32(offset + DESTINATION.forward);
  if (family !== serviceFamily) checkCrossing(spec.address, family, serviceFamily, forward);
  if (given & Change.lowerThreshold) {
    const { upperThreshold = 0, lowerThreshold = 0 } = spec;
    if (lowerThreshold > upperThreshold) {
      throw conflict(
        `destination.lowerThreshold ${lowerThreshold} must not exceed destination.upperThreshold ${upperThreshold}`,
      );
    }
  }
  if (given & Change.tunnel && forward !== TUNNEL) {
    throw conflict(
      `destination.tunnel needs destination.forward 'tunnel', got '${spec.forward ?? 'droute'}'`,
    );
  }
}

/** What is given of the options goes into the record at `offset`; the rest of it stays. Returns what was given. */
function writeOptions(
  memory: Memory,
  offset: number,
  paths: typeof WHOLE,
  options: DestinationOptions,
): number {
  const { forward, weight, upperThreshold, lowerThreshold, tunnel } = options;
  let given = 0;
  if (forward !== undefined) {
    memory.setU32(offset + DESTINATION.forward, FORWARDING.check(paths.forward, forward));
    given |= Change.forward;
  }
  if (weight !== undefined) {
    memory.setU32(offset + DESTINATION.weight, checkInteger(paths.weight, weight, 0, MAX_INT));
    given |= Change.weight;
  }
  if (upperThreshold !== undefined) {
    const threshold = checkInteger(paths.upperThreshold, upperThreshold, 0, MAX_INT);
    memory.setU32(offset + DESTINATION.upperThreshold, threshold);
    given |= Change.upperThreshold;
  }
  if (lowerThreshold !== undefined) {
    const threshold = checkInteger(paths.lowerThreshold, lowerThreshold, 0, MAX_INT);
    memory.setU32(offset + DESTINATION.lowerThreshold, threshold);
    given |= Change.lowerThreshold;
  }
  if (tunnel !== undefined) {
    writeTunnel(memory, offset, paths.tunnel, tunnel);
    given |= Change.tunnel;
  }
  return given;
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
  const given = writeOptions(memory, offset, CHANGES, changes);
  if (given & Change.forward && family !== serviceFamily) {
    checkCrossing(key.address, family, serviceFamily, memory.getU32(offset + DESTINATION.forward));
  }
  return given;
}

/** Reads the real server at `offset`. */
export function readDestination(memory: Memory, offset: number): Destination {
  const family = memory.getU16(offset + DESTINATION.family);
  const forward = memory.getU32(offset + DESTINATION.forward);
  return {
    address: formatAddress(family, memory.u8, offset + DESTINATION.address),
    port: memory.getU16(offset + DESTINATION.port),
    family: familyName(family),
    forward: FORWARDING_NAMES[forward] ?? (`method-${forward}` as ForwardingMethod),
    weight: memory.getU32(offset + DESTINATION.weight),
    upperThreshold: memory.getU32(offset + DESTINATION.upperThreshold),
    lowerThreshold: memory.getU32(offset + DESTINATION.lowerThreshold),
    ...(forward === TUNNEL && { tunnel: readTunnel(memory, offset) }),
    activeConnections: memory.getU32(offset + DESTINATION.activeConnections),
    inactiveConnections: memory.getU32(offset + DESTINATION.inactiveConnections),
    persistentConnections: memory.getU32(offset + DESTINATION.persistentConnections),
    stats: readStats(memory, offset + DESTINATION.stats),
  };
}
