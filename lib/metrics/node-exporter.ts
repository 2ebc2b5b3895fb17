/**
 * The names and labels of node_exporter's ipvs collector, so that dashboards made for it go on working. As it does, of
 * which the labels are in alphabetical order, this shows the director's totals and three numbers of each real server.
 */

import { AF_INET6 } from '../model/address';
import { protocolName } from '../model/protocol';
import { cachedAddress } from '../wire/caches';
import { DESTINATION, SERVICE } from '../wire/records';
import { DIRECTOR_COUNTERS, type Family, labelled, ofDestinations, perRow } from './family';
import { type Labelling, labelText } from './labels';
import type { Chosen } from './options';
import type { Reading } from './reading';

/** The prefix that asks for them. */
export const NODE_EXPORTER = 'node_ipvs';

export const NODE_EXPORTER_LABELS: Labelling = {
  service(memory, offset) {
    const fwmark = memory.getU32(offset + SERVICE.fwmark);
    const isMark = fwmark !== 0;
    const family = memory.getU16(offset + SERVICE.family);
    return labelText({
      local_address: isMark ? '' : cachedAddress(family, memory, offset + SERVICE.address),
      // As /proc/net/ip_vs shows it.
      local_mark: isMark ? fwmark.toString(16).toUpperCase().padStart(8, '0') : '',
      local_port: String(memory.getU16(offset + SERVICE.port)),
      proto: isMark ? 'FWM' : protocolName(memory.getU16(offset + SERVICE.protocol)).toUpperCase(),
    });
  },
  destination(memory, offset) {
    const family = memory.getU16(offset + DESTINATION.family);
    const address = cachedAddress(family, memory, offset + DESTINATION.address);
    return `remote_address="${address}",remote_port="${memory.getU16(offset + DESTINATION.port)}"`;
  },
  // It has no such metric.
  info: () => '',
};

const BACKENDS: Family[] = [
  backend('connections_active', 'Established connections of a real server.', DESTINATION.activeConnections),
  backend('connections_inactive', 'Other connections of a real server.', DESTINATION.inactiveConnections),
  backend('weight', 'Weight of a real server.', DESTINATION.weight),
];

export function nodeExporterFamilies({ destinations }: Chosen): Family[] {
  return [...DIRECTOR_COUNTERS, ...(destinations ? BACKENDS : [])];
}

function backend(name: string, help: string, at: number): Family {
  const about = { name: `backend_${name}`, type: 'gauge', help } as const;
  const family = perRow(about, (reading) => ofDestinations(reading, at, 32));
  const withSums = labelled(about, (reading) => sums(reading, at));
  return {
    ...about,
    write: (out, reading, sample) => (hasMarkTwice(reading) ? withSums : family).write(out, reading, sample),
  };
}

/** A mark's services of both families have the same labels, and so may their real servers behind tunnels. */
function hasMarkTwice({ table }: Reading): boolean {
  const seen = new Map<number, boolean>();
  for (let n = 0; n < table.length; n++) {
    const offset = table.service(n);
    const fwmark = table.memory.getU32(offset + SERVICE.fwmark);
    if (fwmark === 0) continue;
    const isIpv6 = table.memory.getU16(offset + SERVICE.family) === AF_INET6;
    if (seen.get(fwmark) === !isIpv6) return true;
    seen.set(fwmark, isIpv6);
  }
  return false;
}

/** Samples with the same labels are one, with their sum. */
function sums(reading: Reading, at: number): Map<string, number> {
  const { labels, read } = ofDestinations(reading, at, 32);
  const values: (number | bigint)[] = [];
  read(0, labels.length, values);
  const sums = new Map<string, number>();
  for (const [row, value] of values.entries()) {
    const label = labels.at(row);
    sums.set(label, (sums.get(label) ?? 0) + Number(value));
  }
  return sums;
}
