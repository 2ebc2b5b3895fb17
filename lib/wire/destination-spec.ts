/** Real servers: spec -> record. Apart from their reading: whoever only lists needs none of it. */

import { checkInteger, checkObject, conflict } from '../errors/argument';
import { fieldCount, NOTHING } from '../errors/fields';
import { invalidAddress } from '../model/address-text';
import {
  checkCount,
  checkCrossing,
  DEFAULT_FORWARD,
  DEFAULT_WEIGHT,
  DESTINATION_CHANGE_FIELDS,
  DESTINATION_FIELDS,
  type DestinationKey,
  type DestinationOptions,
  type DestinationSpec,
  FORWARDING_METHODS,
} from '../model/destination';
import { forwardingName, TUNNEL } from '../model/forwarding';
import { parseCachedAddress } from './caches';
import type { Memory } from './memory';
import { DestinationChange as Change, DESTINATION } from './records';
import { writeTunnel } from './tunnel-spec';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = DESTINATION;
const { address: ADDRESS_AT, family: FAMILY_AT } = DESTINATION;

const KEY = 'an object with address and port';

/** What names the real server goes into the record at `offset`. Returns the family, as the kernel's number. */
export function writeDestinationKey(memory: Memory, offset: number, key: unknown): number {
  // What has an address, and no unknown name, is an object: to ask that first takes longer than to write the address.
  const given = (key ?? NOTHING) as DestinationKey;
  const { address, port } = given;
  if (address === undefined || fieldCount(given) !== 2) checkFields(key);
  return writeEndpoint(memory, offset, address, port);
}

function checkFields(spec: unknown): void {
  checkObject('destination', spec, KEY);
  DESTINATION_FIELDS.check('destination', spec);
}

function writeEndpoint(memory: Memory, offset: number, address: string, port: number): number {
  const family = parseCachedAddress(address, memory, offset + ADDRESS_AT);
  if (family === 0) throw invalidAddress('destination.address', address);
  memory.setTwoU16(offset + FAMILY_AT, family, checkInteger('destination.port', port, 0, 65535)); // and AT.port
  return family;
}

/** The whole spec goes into the record at `offset`. `serviceFamily` is the kernel's number. */
export function writeDestination(
  memory: Memory,
  offset: number,
  spec: DestinationSpec,
  serviceFamily: number,
): void {
  const given = (spec ?? NOTHING) as DestinationSpec;
  const { address, port, forward, weight, upperThreshold, lowerThreshold, tunnel } = given;
  let count = 2;
  if (forward !== undefined) count++;
  if (weight !== undefined) count++;
  if (upperThreshold !== undefined) count++;
  if (lowerThreshold !== undefined) count++;
  if (tunnel !== undefined) count++;
  if (address === undefined || fieldCount(given) !== count) checkFields(spec);
  const family = writeEndpoint(memory, offset, address, port);
  const method = FORWARDING_METHODS.check('destination.forward', forward ?? DEFAULT_FORWARD);
  memory.setU32(offset + AT.forward, method);
  memory.setU32(offset + AT.weight, checkCount('destination.weight', weight ?? DEFAULT_WEIGHT));
  if (family !== serviceFamily) checkCrossing(address, family, serviceFamily, method);
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
