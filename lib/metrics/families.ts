/** The metrics of our own, in the order in which they are printed. */

import { DESTINATION, SERVICE } from '../wire/records';
import {
  COUNTERS,
  DIRECTOR_COUNTERS,
  type Family,
  labelled,
  ofDestinations,
  ofServices,
  perRow,
  type Rows,
  single,
} from './family';
import { labelText } from './labels';
import type { Chosen } from './options';
import type { Reading } from './reading';

const DIRECTOR: Family[] = [
  labelled(
    { name: 'info', type: 'gauge', help: 'The version of IPVS in the running kernel; always 1.' },
    ({ info }) => [[labelText({ version: info.version }), 1]],
  ),
  single(
    { name: 'connection_table_size', type: 'gauge', help: 'Buckets of the connection table.' },
    ({ info }) => info.connectionTableSize,
  ),
  single(
    { name: 'services', type: 'gauge', help: 'Virtual services in the table.' },
    ({ table }) => table.length,
  ),
  single(
    { name: 'destinations', type: 'gauge', help: 'Real servers in the table, each once for every service.' },
    ({ table }) => (table.services - table.destinations) / table.destinationSize,
  ),
  ...DIRECTOR_COUNTERS,
];

const SERVICES: Family[] = [
  perRow(
    {
      name: 'service_info',
      type: 'gauge',
      help: 'What names a virtual service, and its scheduler; always 1.',
    },
    ({ labels }) => ({ labels: labels.infos, read: (first, end, values) => values.fill(1, 0, end - first) }),
  ),
  perRow(
    { name: 'service_destinations', type: 'gauge', help: 'Real servers of a virtual service.' },
    (reading) => ofServices(reading, SERVICE.destinations, 32),
  ),
  perRow(
    {
      name: 'service_usable_destinations',
      type: 'gauge',
      help: 'Real servers of a virtual service that take new connections: weight above 0.',
    },
    usableDestinations,
  ),
];

const SERVICE_COUNTERS = counters('service', 'a virtual service', SERVICE.stats, ofServices);

const DESTINATIONS: Family[] = [
  gauge('weight', 'Weight of a real server; 0 takes no new connections.', DESTINATION.weight),
  gauge('active_connections', 'Established connections of a real server.', DESTINATION.activeConnections),
  gauge('inactive_connections', 'Other connections of a real server.', DESTINATION.inactiveConnections),
  gauge(
    'persistent_connections',
    'Persistence templates of a real server: clients that it is bound to.',
    DESTINATION.persistentConnections,
  ),
];

const DESTINATION_COUNTERS = counters(
  'destination',
  'a real server of a service',
  DESTINATION.stats,
  ofDestinations,
);

const CONNECTIONS: Family = labelled(
  {
    name: 'connection_table_entries',
    type: 'gauge',
    help: 'Entries of the connection table by protocol and state, templates and synchronised ones included.',
  },
  ({ connections }) =>
    connections.map(
      ({ protocol = '', state = '', count }) => [labelText({ protocol, state }), count] as const,
    ),
);

const READING: Family[] = [
  single(
    { name: 'read_duration_seconds', type: 'gauge', help: 'How long this reading of the kernel took.' },
    ({ seconds }) => seconds,
  ),
  labelled(
    { name: 'read_errors_total', type: 'counter', help: 'Readings of the kernel that failed, by reason.' },
    ({ errors }) => [...errors].map(([code, count]) => [labelText({ code }), count] as const),
  ),
];

/** Those that were chosen. */
export function ownFamilies({ destinations, counters, connections }: Chosen): Family[] {
  return [
    ...DIRECTOR,
    ...SERVICES,
    ...(counters ? SERVICE_COUNTERS : []),
    ...(destinations ? DESTINATIONS : []),
    ...(destinations && counters ? DESTINATION_COUNTERS : []),
    ...(connections ? [CONNECTIONS] : []),
    ...READING,
  ];
}

/** Those of each row, which lie `at` so many bytes from its beginning. */
function counters(kind: string, whose: string, at: number, integersOf: typeof ofServices): Family[] {
  return COUNTERS.map(({ name, what }, n) =>
    perRow({ name: `${kind}_${name}`, type: 'counter', help: `${what}, by ${whose}.` }, (reading) =>
      integersOf(reading, at + 8 * n, 64),
    ),
  );
}

function gauge(name: string, help: string, at: number): Family {
  return perRow({ name: `destination_${name}`, type: 'gauge', help }, (reading) =>
    ofDestinations(reading, at, 32),
  );
}

function usableDestinations({ table, labels }: Reading): Rows {
  let offset = table.destinations + DESTINATION.weight;
  return {
    labels: labels.services,
    read(first, end, values) {
      for (let service = first; service < end; service++) {
        let usable = 0;
        for (let left = table.destinationCount(table.service(service)); left > 0; left--) {
          if (table.memory.getU32(offset) > 0) usable++;
          offset += table.destinationSize;
        }
        values[service - first] = usable;
      }
    },
  };
}
