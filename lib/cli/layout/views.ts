/** The listings of the table that show other columns than the usual ones. */

import type { Destination, DestinationState } from '../../model/destination';
import type { Service } from '../../model/service';
import type { ColumnsOption } from '../../rules/commands';
import { forwardName, type Naming, serviceName } from '../../rules/endpoint-name';
import { counter, rate, whole } from './numbers';
import { column, connections, serviceLine, type View } from './table';

/** By the option that asks for it. */
export const VIEWS = {
  stats: counters(
    `\
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
`,
    totals,
    totals,
  ),
  rate: counters(
    `\
Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS
  -> RemoteAddress:Port
`,
    serviceRates,
    serverRates,
  ),
  thresholds: {
    stats: false,
    header: `\
Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn${' '}
  -> RemoteAddress:Port
`,
    service: serviceLine,
    destination: (destination) =>
      column(destination.upperThreshold, 10) +
      column(destination.lowerThreshold, 10) +
      connections(destination),
  },
  'persistent-conn': {
    stats: false,
    header: `\
Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn${' '}
  -> RemoteAddress:Port
`,
    service: serviceLine,
    destination: (destination) =>
      column(destination.weight, 9) +
      column(destination.persistentConnections, 11) +
      connections(destination),
  },
  'tun-info': {
    stats: false,
    header: `\
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn
`,
    service: serviceLine,
    destination: (destination) =>
      column(forwardName(destination), 7) +
      column(tunnelName(destination), 13) +
      column(destination.weight, 6) +
      connections(destination),
  },
} as const satisfies Record<ColumnsOption, View>;

/** What each row has counted, beside its name. */
function counters(
  header: string,
  ofService: (service: Service, exact: boolean) => string,
  destination: (destination: Destination, exact: boolean) => string,
) {
  return {
    stats: true,
    header,
    service: (service: Service, naming: Naming, exact: boolean) =>
      serviceName(service, naming).padEnd(33) + ofService(service, exact),
    destination,
  } as const;
}

function totals({ stats }: Service | Destination, exact: boolean): string {
  const { connections, packetsIn, packetsOut, bytesIn, bytesOut } = stats;
  return [connections, packetsIn, packetsOut, bytesIn, bytesOut]
    .map((value) => counter(value, exact))
    .join('');
}

function serviceRates({ stats: { rates } }: Service, exact: boolean): string {
  const { connections, packetsIn, packetsOut, bytesIn, bytesOut } = rates;
  return [connections, packetsIn, packetsOut, bytesIn, bytesOut]
    .map((value) => counter(whole(value), exact))
    .join('');
}

/** Of a real server's rates only those of bytes are abbreviated. */
function serverRates({ stats: { rates } }: Destination, exact: boolean): string {
  const { connections, packetsIn, packetsOut, bytesIn, bytesOut } = rates;
  const packets = [connections, packetsIn, packetsOut].map(rate);
  return [...packets, ...[bytesIn, bytesOut].map((value) => counter(whole(value), exact))].join('');
}

const CHECKSUM = { none: '-c', checksum: '+c', 'remote-checksum': 'r+c' };

/** `gue:5555:+c`, `gre:-c`, `ipip`; `n/a` where there is none. */
function tunnelName({ tunnel }: DestinationState): string {
  if (tunnel === undefined) return 'n/a';
  if (tunnel.type === 'ipip') return 'ipip';
  const checksum = CHECKSUM[tunnel.checksum ?? 'none'];
  return tunnel.type === 'gue' ? `gue:${tunnel.port}:${checksum}` : `gre:${checksum}`;
}
