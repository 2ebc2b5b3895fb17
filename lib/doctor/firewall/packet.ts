/** A packet as rules see it: what is known of its headers, and of what the kernel keeps with it. */

import type { Family } from '../../model/address';
import type { Protocol } from '../../model/protocol';
import { bytesOf } from '../network/rtnetlink';

/** Bytes of a header; of one that is not known, nothing. */
export type Header = readonly (number | undefined)[];

/** The state that connection tracking gives it, as a bit: as both `ct state` and iptables' matches have it. */
export const State = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 } as const;

/** A packet as far as it is known. */
export interface Packet {
  family: Family;
  /** IANA's number. */
  protocol: number;
  network: Header;
  transport: Header;
  state: number;
  /** 0 where nothing has marked it. */
  mark: number;
  /** The interfaces' names, where they are known. */
  in?: string | undefined;
  out?: string | undefined;
  /** Whether its destination is an address of this machine. */
  local: boolean;
}

interface End {
  address?: string | undefined;
  port?: number | undefined;
}

const PROTOCOLS: Record<Protocol, number> = { tcp: 6, udp: 17, sctp: 132 };
const [SYN, ACK] = [0x02, 0x10];

/** A packet between two ends, of which not everything need be known; `reply` is the answer to a connection's first one. */
export function packet(
  family: Family,
  protocol: Protocol | number,
  from: End,
  to: End,
  about: Pick<Packet, 'state' | 'local' | 'in' | 'out'> & { reply?: boolean; mark?: number },
): Packet {
  const { reply = false, mark = 0, ...rest } = about;
  const number = typeof protocol === 'number' ? protocol : PROTOCOLS[protocol];
  return {
    family,
    protocol: number,
    network: networkHeader(family, number, from.address, to.address),
    transport: transportHeader(from.port, to.port, reply ? SYN | ACK : SYN),
    mark,
    ...rest,
  };
}

function networkHeader(family: Family, protocol: number, from?: string, to?: string): Header {
  const header: (number | undefined)[] = new Array(family === 'ipv4' ? 20 : 40).fill(undefined);
  const [PROTOCOL, SOURCE, DESTINATION] = family === 'ipv4' ? [9, 12, 16] : [6, 8, 24];
  header[PROTOCOL] = protocol;
  if (from !== undefined) header.splice(SOURCE, bytesOf(from).length, ...bytesOf(from));
  if (to !== undefined) header.splice(DESTINATION, bytesOf(to).length, ...bytesOf(to));
  return header;
}

function transportHeader(from: number | undefined, to: number | undefined, flags: number): Header {
  const header: (number | undefined)[] = new Array(20).fill(undefined);
  if (from !== undefined) header.splice(0, 2, from >> 8, from & 255);
  if (to !== undefined) header.splice(2, 2, to >> 8, to & 255);
  const FLAGS = 13;
  header[FLAGS] = flags;
  return header;
}

/** Bytes of a header, or nothing where one of them is not known. */
export function part(header: Header, offset: number, length: number): Uint8Array | undefined {
  const bytes = header.slice(offset, offset + length);
  if (bytes.length < length || bytes.includes(undefined)) return undefined;
  return Uint8Array.from(bytes as number[]);
}

export function sourceOf({ family, network }: Packet): Uint8Array | undefined {
  return family === 'ipv4' ? part(network, 12, 4) : part(network, 8, 16);
}

export function destinationOf({ family, network }: Packet): Uint8Array | undefined {
  return family === 'ipv4' ? part(network, 16, 4) : part(network, 24, 16);
}

export function portsOf({ transport }: Packet): { from: number | undefined; to: number | undefined } {
  const number = (bytes: Uint8Array | undefined) =>
    bytes && ((bytes[0] as number) << 8) | (bytes[1] as number);
  return { from: number(part(transport, 0, 2)), to: number(part(transport, 2, 2)) };
}
