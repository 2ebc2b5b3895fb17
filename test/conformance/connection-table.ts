/** Connection tables as the kernel prints them (net/netfilter/ipvs/ip_vs_conn.c). */

import type { BackendHandle } from '../../lib/backend/backend';
import { ConnectionReadings } from '../../lib/connections/readings';
import { formatAddress, parseAddress } from '../../lib/model/address';
import type { Connection } from '../../lib/model/connection';
import { replayAddon } from './replay/addon';

export const HEADING = 'Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n';

/** What reads the table where the kernel's is this text. */
export function readingsOf(text: string): ConnectionReadings {
  const native = { connections: (filter: Uint8Array) => replayAddon().connections(text, filter) };
  return new ConnectionReadings(native as unknown as BackendHandle);
}

/** The whole table with these connections in it. */
export function printTable(connections: readonly Connection[]): string {
  return HEADING + connections.map(printLine).join('');
}

function printLine(connection: Connection): string {
  const { protocol, client, virtual, destination, state, expires, engine } = connection;
  const inet6 = client.address.includes(':');
  const columns = [
    printProtocol(protocol).padEnd(3),
    printAddress(client.address),
    printPort(client.port),
    'fwmark' in virtual ? printMark(virtual.fwmark, inet6) : printAddress(virtual.address),
    printPort('port' in virtual ? virtual.port : 0),
    printAddress(destination.address),
    printPort(destination.port),
    state.padEnd(11),
    String(expires).padStart(7),
    ...(engine === undefined ? [] : [engine.name, engine.data]),
  ];
  return `${columns.join(' ')}\n`;
}

function printProtocol(protocol: string): string {
  const number = /^ip-(\d+)$/.exec(protocol)?.[1];
  if (number === undefined) return protocol.toUpperCase();
  return { 1: 'ICMP', 58: 'ICMPv6' }[Number(number)] ?? `IP_${number}`;
}

function printPort(port: number): string {
  return hex(port, 4).toUpperCase();
}

function printAddress(address: string): string {
  const bytes = new Uint8Array(16);
  const inet6 = parseAddress(address, bytes, 0) !== parseAddress('0.0.0.0', new Uint8Array(4), 0);
  const view = new DataView(bytes.buffer);
  if (!inet6) return hex(view.getUint32(0), 8).toUpperCase();
  return Array.from({ length: 8 }, (_, group) => hex(view.getUint16(group * 2), 4)).join(':');
}

/** The mark takes an address's first four bytes. */
function printMark(fwmark: number, inet6: boolean): string {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, fwmark);
  return printAddress(formatAddress(inet6 ? 10 : 2, bytes, 0));
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
