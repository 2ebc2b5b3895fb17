import type { Destination } from '../../model/destination';
import type { Info } from '../../model/director';
import type { Service } from '../../model/service';
import type { TableRow } from '../../model/table';
import { forwardName, type Naming, NUMERIC, serverName, serviceName } from '../../rules/endpoint-name';
import { destinationsInOrder, inOrder } from '../../rules/order';
import { shownNetmask } from '../../rules/shown-netmask';
import { tunnelName } from '../../rules/tunnel-options';
import { counter, rate, whole } from './numbers';

/** What a listing shows of each. */
export interface View {
  /** Without a title. */
  header: string;
  service(service: Service, naming: Naming, exact: boolean): string;
  /** The columns after the name. */
  destination(destination: Destination, exact: boolean): string;
}

/** Every column is padded, including the last one. */
function columns(...cells: [value: string | number, width: number][]): string {
  return cells.map(([value, width]) => ` ${String(value).padEnd(width)}`).join('');
}

const connections = (destination: Destination): [number, number][] => [
  [destination.activeConnections, 10],
  [destination.inactiveConnections, 10],
];

const PLAIN: View = {
  header: `\
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
`,
  service: serviceLine,
  destination: (destination) =>
    columns([forwardName(destination), 7], [destination.weight, 6], ...connections(destination)),
};

/** By the option that asks for it; of several, the first one in this order counts. */
export const VIEWS = {
  stats: {
    header: `\
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
`,
    service: (service, naming, exact) => serviceName(service, naming).padEnd(33) + totals(service, exact),
    destination: totals,
  },
  rate: {
    header: `\
Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS
  -> RemoteAddress:Port
`,
    service: (service, naming, exact) =>
      serviceName(service, naming).padEnd(33) + serviceRates(service, exact),
    destination: serverRates,
  },
  thresholds: {
    header: `\
Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn${' '}
  -> RemoteAddress:Port
`,
    service: serviceLine,
    destination: (destination) =>
      columns(
        [destination.upperThreshold, 10],
        [destination.lowerThreshold, 10],
        ...connections(destination),
      ),
  },
  'persistent-conn': {
    header: `\
Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn${' '}
  -> RemoteAddress:Port
`,
    service: serviceLine,
    destination: (destination) =>
      columns([destination.weight, 9], [destination.persistentConnections, 11], ...connections(destination)),
  },
  'tun-info': {
    header: `\
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn
`,
    service: serviceLine,
    destination: (destination) =>
      columns(
        [forwardName(destination), 7],
        [tunnelName(destination), 13],
        [destination.weight, 6],
        ...connections(destination),
      ),
  },
} as const satisfies Record<string, View>;

/** How a table is listed. */
export interface TableStyle {
  view?: View;
  naming?: Naming;
  /** Numbers are not abbreviated. */
  exact?: boolean;
  /** Default true; else in the order given. */
  sorted?: boolean;
}

/** The first line of a listing of everything. */
export function title(info: Info): string {
  return `IP Virtual Server version ${info.version} (size=${info.connectionTableSize})\n`;
}

/** The whole listing: `ipvsadm -L -n` by default. */
export function formatTable(info: Info, table: readonly TableRow[], style?: TableStyle): string {
  return title(info) + formatRows(table, style);
}

/** The listing without the title, as that of one service is. */
export function formatRows(table: readonly TableRow[], style: TableStyle = {}): string {
  const { view = PLAIN, naming = NUMERIC, exact = false, sorted = true } = style;
  let text = view.header;
  for (const row of sorted ? inOrder(table) : table) {
    text += `${view.service(row, naming, exact)}\n`;
    const protocol = 'protocol' in row ? row.protocol : undefined;
    for (const destination of sorted ? destinationsInOrder(row.destinations) : row.destinations) {
      text += `  -> ${serverName(destination, naming, protocol)}${view.destination(destination, exact)}\n`;
    }
  }
  return text;
}

/** `TCP  10.0.0.3:0 rr persistent 300 mask 255.255.255.0` */
function serviceLine(service: Service, naming: Naming): string {
  const { scheduler, flags, persistence } = service;
  const own = flags.filter((flag) => flag !== 'ops');
  const mask = shownNetmask(service);
  let line = `${serviceName(service, naming)} ${scheduler}`;
  if (own.length > 0) line += ` (${own.join(',')})`;
  if (persistence) line += ` persistent ${persistence.timeout}`;
  if (mask !== undefined) line += ` mask ${mask}`;
  if (persistence?.engine) line += ` pe ${persistence.engine}`;
  return flags.includes('ops') ? `${line} ops` : line;
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
