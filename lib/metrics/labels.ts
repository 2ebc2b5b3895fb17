/** Labels as text, made from packed rows. */

import { familyName } from '../model/address';
import { protocolName } from '../model/protocol';
import { STEP } from '../wire/answer';
import { cachedAddress, cachedName } from '../wire/caches';
import type { Memory } from '../wire/memory';
import { SERVICE } from '../wire/records';
import { serverNameAt, serviceNameAt } from '../wire/row-label';
import type { PackedTable } from '../wire/table';

/** The labels of each row as text, which every metric of the row has. */
export interface RowLabels {
  services: string[];
  destinations: string[];
}

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

/** The labels of all rows, in steps of no more than `STEP`. */
export function* rowLabels(
  table: PackedTable,
  labelling: Labelling,
  withDestinations: boolean,
): Generator<void, RowLabels> {
  const { memory, destinationSize } = table;
  const labels: RowLabels = { services: [], destinations: [] };
  let offset = table.destinations;
  for (let n = 0; n < table.length; n++) {
    const at = table.service(n);
    const service = labelling.service(memory, at);
    labels.services.push(service);
    if (labels.services.length % STEP === 0) yield;
    if (!withDestinations) continue;
    for (let left = table.destinationCount(at); left > 0; left--, offset += destinationSize) {
      labels.destinations.push(flat(`${service},${labelling.destination(memory, offset)}`));
      if (labels.destinations.length % STEP === 0) yield;
    }
  }
  return labels;
}

/** What is put together is kept by V8 as its parts until somebody looks into it; and every metric of a row would. */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
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
