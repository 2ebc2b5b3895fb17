/** Labels as text, made from packed rows. */

import { familyName } from '../model/address';
import { protocolName } from '../model/protocol';
import { STEP } from '../wire/answer';
import { cachedAddress, cachedName } from '../wire/caches';
import type { Memory } from '../wire/memory';
import { DESTINATION, SERVICE } from '../wire/records';
import { serverNameAt, serviceNameAt } from '../wire/row-label';
import type { PackedTable } from '../wire/table';
import { Texts } from './texts';

/** The labels of each row as text, which every metric of the row has. */
export interface RowLabels {
  services: Texts;
  destinations: Texts;
  /** A service's, and what it stands for: all labels of its `service_info`. */
  infos: Texts;
  /** What they were made of. */
  serviceKeys: Uint32Array;
  destinationKeys: Uint32Array;
}

/** What a service's labels are made of, and how many destinations follow it: where these words of 32 bits lie in its row. */
const { destinations: count, scheduler } = SERVICE;
const SERVICE_KEY = [0, 4, 8, 12, 16, 20, 24, count, scheduler, scheduler + 4, scheduler + 8, scheduler + 12];
const { address } = DESTINATION;
const DESTINATION_KEY = [0, address, address + 4, address + 8, address + 12];

/** Writes a service's labels, and the labels that follow them for a destination and for `service_info`. */
export interface Labelling {
  service(memory: Memory, offset: number): string;
  destination(memory: Memory, offset: number): string;
  info(memory: Memory, offset: number): string;
}

/** `name="value",…` */
export function labelText(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

interface RowCounts {
  services: number;
  destinations: number;
}

/**
 * The labels of all rows, in steps of no more than `STEP`. What stands at the table's beginning as it stood `before` has the
 * labels that it had.
 */
export function* rowLabels(
  table: PackedTable,
  labelling: Labelling,
  withDestinations: boolean,
  before?: RowLabels,
): Generator<void, RowLabels> {
  const { memory, destinationSize } = table;
  const all = {
    services: table.length,
    destinations: withDestinations ? (table.services - table.destinations) / destinationSize : 0,
  };
  const same =
    before === undefined
      ? { services: 0, destinations: 0 }
      : yield* standing(table, withDestinations, before);
  if (before?.services.length === all.services && same.services === all.services) return before;

  const services = new Texts(all.services, before?.services, same.services);
  const infos = new Texts(all.services, before?.infos, same.services);
  const destinations = new Texts(all.destinations, before?.destinations, same.destinations);
  const serviceKeys = keysOf(SERVICE_KEY, all.services, before?.serviceKeys, same.services);
  const destinationKeys = keysOf(
    DESTINATION_KEY,
    all.destinations,
    before?.destinationKeys,
    same.destinations,
  );
  while (services.length < all.services) {
    const at = table.service(services.length);
    const service = labelling.service(memory, at);
    copyKey(memory, at, SERVICE_KEY, serviceKeys, services.length);
    services.add(service);
    infos.add(`${service},${labelling.info(memory, at)}`);
    if (services.length % STEP === 0) yield;
    for (let left = withDestinations ? table.destinationCount(at) : 0; left > 0; left--) {
      const offset = table.destinations + destinations.length * destinationSize;
      copyKey(memory, offset, DESTINATION_KEY, destinationKeys, destinations.length);
      destinations.add(`${service},${labelling.destination(memory, offset)}`);
      if (destinations.length % STEP === 0) yield;
    }
  }
  return { services, destinations, infos, serviceKeys, destinationKeys };
}

/** How many services stand at the table's beginning as before, each with all its destinations. */
function* standing(
  table: PackedTable,
  withDestinations: boolean,
  { services: { length }, serviceKeys, destinationKeys }: RowLabels,
): Generator<void, RowCounts> {
  const { memory, destinationSize } = table;
  const most = Math.min(table.length, length);
  let destinations = 0;
  for (let services = 0; services < most; services++) {
    const at = table.service(services);
    if (!isKey(memory, at, SERVICE_KEY, serviceKeys, services)) return { services, destinations };
    const end = destinations + (withDestinations ? table.destinationCount(at) : 0);
    for (let n = destinations; n < end; n++) {
      const offset = table.destinations + n * destinationSize;
      if (!isDestination(memory, offset, destinationKeys, n)) return { services, destinations };
      if (n % STEP === 0) yield;
    }
    destinations = end;
    if (services % STEP === 0) yield;
  }
  return { services: most, destinations };
}

/** Room for so many keys, of which some are those of before. */
function keysOf(words: readonly number[], count: number, before: Uint32Array | undefined, same: number) {
  const keys = new Uint32Array(count * words.length);
  if (before !== undefined) keys.set(before.subarray(0, same * words.length));
  return keys;
}

function copyKey(memory: Memory, at: number, words: readonly number[], keys: Uint32Array, row: number): void {
  const key = row * words.length;
  for (let n = 0; n < words.length; n++) keys[key + n] = memory.getU32(at + (words[n] as number));
}

function isKey(
  memory: Memory,
  at: number,
  words: readonly number[],
  keys: Uint32Array,
  row: number,
): boolean {
  const key = row * words.length;
  for (let n = 0; n < words.length; n++) {
    if (keys[key + n] !== memory.getU32(at + (words[n] as number))) return false;
  }
  return true;
}

/** As `isKey` of a destination, of which there are many: a loop takes five times as long. */
function isDestination(memory: Memory, at: number, keys: Uint32Array, row: number): boolean {
  const key = row * DESTINATION_KEY.length;
  return (
    keys[key] === memory.getU32(at) &&
    keys[key + 1] === memory.getU32(at + address) &&
    keys[key + 2] === memory.getU32(at + address + 4) &&
    keys[key + 3] === memory.getU32(at + address + 8) &&
    keys[key + 4] === memory.getU32(at + address + 12)
  );
}

/** Our own labels: `service="tcp 10.0.0.1:80",destination="10.1.0.1:8080"`. */
export const OWN_LABELS: Labelling = {
  service: (memory, offset) => `service="${serviceNameAt(memory, offset)}"`,
  destination: (memory, offset) => `destination="${serverNameAt(memory, offset)}"`,
  info: serviceParts,
};

/** What `service` stands for, in parts: for joins. */
function serviceParts(memory: Memory, offset: number): string {
  const fwmark = memory.getU32(offset + SERVICE.fwmark);
  const family = memory.getU16(offset + SERVICE.family);
  const key =
    fwmark !== 0
      ? { fwmark: String(fwmark) }
      : {
          protocol: protocolName(memory.getU16(offset + SERVICE.protocol)),
          address: cachedAddress(family, memory, offset + SERVICE.address),
          port: String(memory.getU16(offset + SERVICE.port)),
        };
  const scheduler = cachedName(memory, offset + SERVICE.scheduler);
  return labelText({ ...key, family: familyName(family), scheduler });
}
