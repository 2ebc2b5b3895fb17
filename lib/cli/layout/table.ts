import type { Destination, DestinationState } from '../../model/destination';
import type { Info } from '../../model/director';
import type { Service, ServiceState } from '../../model/service';
import { forwardName, type Naming, serverName, serviceName } from '../../rules/endpoint-name';
import { destinationsInOrder } from '../../rules/order';
import { shownNetmask } from '../../rules/shown-netmask';

/** What a listing shows of services `S` and destinations `D`. */
interface Columns<S, D> {
  /** Without a title. */
  header: string;
  service(service: S, naming: Naming, exact: boolean): string;
  /** The columns after the name. */
  destination(destination: D, exact: boolean): string;
}

/** A form of the listing, which shows counters or does not. */
export type View =
  | ({ stats: true } & Columns<Service, Destination>)
  | ({ stats: false } & Columns<ServiceState, DestinationState>);

/** What a column of this width showed last, and how: weights and methods mostly repeat, and padding takes V8 long. */
const latest: { value: string | number; text: string }[] = [];

/** Every column is padded, including the last one. */
export function column(value: string | number, width: number): string {
  const known = latest[width];
  if (known !== undefined && known.value === value) return known.text;
  const text = ` ${String(value).padEnd(width)}`;
  latest[width] = { value, text };
  return text;
}

export function connections({ activeConnections, inactiveConnections }: DestinationState): string {
  return column(activeConnections, 10) + column(inactiveConnections, 10);
}

/** Without any option. */
export const PLAIN = {
  stats: false,
  header: `\
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
`,
  service: serviceLine,
  destination: (destination) =>
    column(forwardName(destination), 7) + column(destination.weight, 6) + connections(destination),
} as const satisfies View;

/** How names and numbers are shown, and in which order. */
export interface TableStyle {
  naming: Naming;
  /** Numbers are not abbreviated. */
  exact: boolean;
  /** Else in the kernel's order. */
  sorted: boolean;
}

/** The first line of a listing of everything. */
export function title(info: Info): string {
  return `IP Virtual Server version ${info.version} (size=${info.connectionTableSize})\n`;
}

/** A service, and its real servers. */
export function formatRow<S extends ServiceState, D extends DestinationState>(
  row: S & { destinations: D[] },
  columns: Columns<S, D>,
  { naming, exact, sorted }: TableStyle,
): string {
  const protocol = 'protocol' in row ? row.protocol : undefined;
  let text = `${columns.service(row, naming, exact)}\n`;
  for (const destination of sorted ? destinationsInOrder(row.destinations) : row.destinations) {
    text += `  -> ${serverName(destination, naming, protocol)}${columns.destination(destination, exact)}\n`;
  }
  return text;
}

/** `TCP  10.0.0.3:0 rr persistent 300 mask 255.255.255.0` */
export function serviceLine(service: ServiceState, naming: Naming): string {
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
