import { AF_INET, AF_INET6, formatAddress } from '../../model/address';
import type { Connection } from '../../model/connection';
import { endpointName, type Naming, NUMERIC } from '../../rules/endpoint-name';

const TITLE = 'IPVS connection entries\n';
const HEADER = 'pro expire state       source             virtual            destination';
const ENGINE_HEADER = `${HEADER}        pe name          pe_data`;

/** How connections are listed. */
export interface ConnectionStyle {
  naming?: Naming;
  /** Show the data of the persistence engines. */
  engines?: boolean;
}

/** The lines above the entries. */
export function connectionHeader({ engines = false }: ConnectionStyle = {}): string {
  return `${TITLE}${engines ? ENGINE_HEADER : HEADER}\n`;
}

/** What `ipvsadm -L -n -c` prints, in the order given. */
export function formatConnections(connections: Iterable<Connection>): string {
  let text = connectionHeader();
  for (const connection of connections) text += connectionLine(connection);
  return text;
}

/** One entry. */
export function connectionLine(connection: Connection, style: ConnectionStyle = {}): string {
  const { protocol, expires, state, client, destination, engine } = connection;
  const { naming = NUMERIC, engines = false } = style;
  const server = endpointName(destination, naming, protocol);
  const from = endpointName(client, naming, protocol).padEnd(18);
  const to = endpointName(virtualEndpoint(connection), naming, protocol).padEnd(18);
  const entry = `${protocolName(protocol).padEnd(3)} ${minutes(expires).padEnd(6)} ${state.padEnd(11)} ${from} ${to}`;
  return engines && engine
    ? `${entry} ${server.padEnd(16)} ${engine.name.padEnd(18)} ${engine.data}\n`
    : `${entry} ${server}\n`;
}

const PROTOCOLS: Record<string, string> = { 'ip-1': 'ICMP', 'ip-58': 'ICMPv6' };

/** As the kernel prints it: `IP_50` has no name. */
function protocolName(protocol: string): string {
  return PROTOCOLS[protocol] ?? protocol.toUpperCase().replace('-', '_');
}

function minutes(seconds: number): string {
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The kernel stores a firewall mark in the place of the virtual address, and ipvsadm lists it as an address. */
export function virtualEndpoint({ client, virtual }: Connection): { address: string; port: number } {
  if ('address' in virtual) return virtual;
  const family = client.address.includes(':') ? AF_INET6 : AF_INET;
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, virtual.fwmark);
  return { address: formatAddress(family, bytes, 0), port: 0 };
}
