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
  /** What they were made of. */
  serviceKeys: Uint32Array;
  destinationKeys: Uint32Array;
}

/** Where what names a row lies in it, in words of 32 bits. */
const SERVICE_WORDS = [0, 4, 8, 12, 16, 20, 24] as const;
const { address } = DESTINATION;
const DESTINATION_WORDS = [0, address, address + 4, address + 8, address + 12] as const;
/** A destination's key has the number of its service, too. */
const DESTINATION_KEY = DESTINATION_WORDS.length + 1;

/** Makes the text of a service's labels, and of those that a destination has after them. */
export interface Labelling {
  service(memory: Memory, offset: number): string;
  destination(memory: Memory, offset: number): string;
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

/** The labels of all rows, in steps of no more than `STEP`. Of rows that stand where they stood `before`, those are taken. */
export function* rowLabels(
  table: PackedTable,
  labelling: Labelling,
  withDestinations: boolean,
  before?: RowLabels,
): Generator<void, RowLabels> {
  const { memory, destinationSize } = table;
  const rows = withDestinations ? (table.services - table.destinations) / destinationSize : 0;
  const serviceKeys = new Uint32Array(table.length * SERVICE_WORDS.length);
  const destinationKeys = new Uint32Array(rows * DESTINATION_KEY);
  const services = new Texts(table.length, before?.services);
  const destinations = new Texts(rows, before?.destinations);
  let offset = table.destinations;
  for (let n = 0; n < table.length; n++) {
    const at = table.service(n);
    const isSame = copyKey(
      memory,
      at,
      SERVICE_WORDS,
      serviceKeys,
      n * SERVICE_WORDS.length,
      before?.serviceKeys,
    );
    const service = isSame && before !== undefined ? before.services.at(n) : labelling.service(memory, at);
    if (isSame) services.keep();
    else services.add(service);
    if (services.length % STEP === 0) yield;
    if (!withDestinations) continue;
    for (let left = table.destinationCount(at); left > 0; left--, offset += destinationSize) {
      const key = destinations.length * DESTINATION_KEY;
      destinationKeys[key] = n;
      const stands =
        copyKey(memory, offset, DESTINATION_WORDS, destinationKeys, key + 1, before?.destinationKeys) &&
        isSame &&
        before?.destinationKeys[key] === n;
      if (stands) destinations.keep();
      else destinations.add(`${service},${labelling.destination(memory, offset)}`);
      if (destinations.length % STEP === 0) yield;
    }
  }
  services.end();
  destinations.end();
  return { services, destinations, serviceKeys, destinationKeys };
}

/** Copies what names a row; whether the same stood there before. */
function copyKey(
  memory: Memory,
  at: number,
  words: readonly number[],
  keys: Uint32Array,
  key: number,
  before: Uint32Array | undefined,
): boolean {
  let isSame = before !== undefined;
  for (let n = 0; n < words.length; n++) {
    const word = memory.getU32(at + (words[n] as number));
    keys[key + n] = word;
    isSame &&= before?.[key + n] === word;
  }
  return isSame;
}

/** Our own labels: `service="tcp 10.0.0.1:80",destination="10.1.0.1:8080"`. */
export const OWN_LABELS: Labelling = {
  service: (memory, offset) => `service="${serviceNameAt(memory, offset)}"`,
  destination: (memory, offset) => `destination="${serverNameAt(memory, offset)}"`,
};

/** What `service` stands for, in parts: for joins. */
export function serviceParts(memory: Memory, offset: number): string {
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
