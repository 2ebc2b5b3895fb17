/** The network of a namespace, by rtnetlink: interfaces, addresses, neighbours, and where packets to an address go. */

import { AF_INET, AF_INET6, formatAddress, parseAddress } from '../../model/address';
import type { Inspection } from './inspection';
import {
  type Answer,
  type Bytes,
  type Message,
  NETLINK_ROUTE,
  NLM_F_DUMP,
  type Question,
  u32,
} from './netlink';

/** The kernel's numbers: linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, linux/neighbour.h. */
const RTM_GETLINK = 18;
const RTM_GETADDR = 22;
const RTM_GETROUTE = 26;
const RTM_GETNEIGH = 30;
const IFF_UP = 1;
const IFF_LOOPBACK = 8;
const IFF_NOARP = 0x80;

/** A network interface. */
export interface Link {
  index: number;
  name: string;
  up: boolean;
  loopback: boolean;
  /** Whether it looks for neighbours' addresses, as Ethernet does. */
  arp: boolean;
  mtu: number;
  /** `ipip`, `gre`, `dummy`, `veth`, …; empty for a physical one. */
  kind: string;
}

export interface Address {
  address: string;
  prefixLength: number;
  index: number;
}

export type NeighbourState = 'incomplete' | 'failed' | 'other';

export interface Neighbour {
  address: string;
  index: number;
  state: NeighbourState;
}

/** Where packets to an address go. */
export interface Route {
  type: 'unicast' | 'local' | 'refused';
  /** The interface they leave by. */
  index: number;
  /** The router that they go to, where the address is not on the link. */
  gateway?: string;
  /** Of the route itself, where it has one. */
  mtu?: number;
  /** The address that packets from here would come from. */
  source?: string;
}

/** What to look up: where packets to `to` go, of those with a mark, or that come in by an interface from an address. */
export interface Lookup {
  to: string;
  mark?: number;
  from?: string;
  by?: number;
}

export async function readLinks(inspection: Inspection): Promise<Link[]> {
  const head = new Uint8Array(16);
  const messages = await dump(inspection, 'the network interfaces', RTM_GETLINK, head);
  return messages.map(({ body }) => {
    const attributes = body.attributes(16);
    const flags = body.u32(8);
    const [IFNAME, MTU, LINKINFO, INFO_KIND] = [3, 4, 18, 1];
    return {
      index: body.i32(4),
      name: attributes.get(IFNAME)?.text() ?? '',
      up: (flags & IFF_UP) !== 0,
      loopback: (flags & IFF_LOOPBACK) !== 0,
      arp: (flags & IFF_NOARP) === 0,
      mtu: attributes.get(MTU)?.u32() ?? 0,
      kind: attributes.get(LINKINFO)?.attributes().get(INFO_KIND)?.text() ?? '',
    };
  });
}

export async function readAddresses(inspection: Inspection): Promise<Address[]> {
  const messages = await dump(inspection, 'the addresses of the interfaces', RTM_GETADDR, new Uint8Array(8));
  return messages.flatMap(({ body }) => {
    const attributes = body.attributes(8);
    const [ADDRESS, LOCAL] = [1, 2];
    const bytes = attributes.get(LOCAL) ?? attributes.get(ADDRESS);
    if (bytes === undefined) return [];
    return [{ address: addressOf(bytes), prefixLength: body.u8(1), index: body.i32(4) }];
  });
}

export async function readNeighbours(inspection: Inspection): Promise<Neighbour[]> {
  const messages = await dump(inspection, 'the neighbours', RTM_GETNEIGH, new Uint8Array(12));
  return messages.flatMap(({ body }) => {
    const DST = 1;
    const bytes = body.attributes(12).get(DST);
    if (bytes === undefined || (bytes.length !== 4 && bytes.length !== 16)) return [];
    return [{ address: addressOf(bytes), index: body.i32(4), state: neighbourState(body.u16(8)) }];
  });
}

/** As `ip route get` for each; `undefined` where it could not be asked. */
export async function lookUp(
  inspection: Inspection,
  lookups: readonly Lookup[],
): Promise<(Route | undefined)[]> {
  const answers = await inspection.ask('the routes', NETLINK_ROUTE, lookups.map(routeQuestion));
  return answers.map(routeOf);
}

function dump(inspection: Inspection, what: string, type: number, head: Uint8Array): Promise<Message[]> {
  return inspection.dump(what, NETLINK_ROUTE, { type, flags: NLM_F_DUMP, head });
}

function neighbourState(state: number): NeighbourState {
  const [INCOMPLETE, FAILED] = [0x01, 0x20];
  if ((state & FAILED) !== 0) return 'failed';
  return (state & INCOMPLETE) !== 0 ? 'incomplete' : 'other';
}

function routeQuestion({ to, mark, from, by }: Lookup): Question {
  const [DST, SRC, IIF, MARK] = [1, 2, 3, 16];
  const destination = bytesOf(to);
  const head = new Uint8Array(12);
  const bits = destination.length * 8;
  head.set([bits === 128 ? AF_INET6 : AF_INET, bits, from === undefined ? 0 : bits]);
  const attributes: [number, Uint8Array][] = [[DST, destination]];
  if (from !== undefined) attributes.push([SRC, bytesOf(from)]);
  if (by !== undefined) attributes.push([IIF, u32(by)]);
  if (mark !== undefined) attributes.push([MARK, u32(mark)]);
  return { type: RTM_GETROUTE, head, attributes };
}

function routeOf({ errno, messages: [message] }: Answer): Route | undefined {
  if (errno !== 0) return { type: 'refused', index: 0 };
  if (message === undefined) return undefined;
  const { body } = message;
  const [OIF, GATEWAY, PREFSRC, METRICS, VIA, METRIC_MTU] = [4, 5, 7, 8, 18, 2];
  const [UNICAST, LOCAL] = [1, 2];
  const attributes = body.attributes(12);
  const type = body.u8(7);
  const gateway = attributes.get(GATEWAY);
  const via = attributes.get(VIA);
  const mtu = attributes.get(METRICS)?.attributes().get(METRIC_MTU)?.u32();
  const source = attributes.get(PREFSRC);
  return {
    type: type === UNICAST ? 'unicast' : type === LOCAL ? 'local' : 'refused',
    index: attributes.get(OIF)?.i32() ?? 0,
    ...(gateway && { gateway: addressOf(gateway) }),
    ...(via && { gateway: formatAddress(via.u16(), via.bytes, 2) }),
    ...(mtu !== undefined && { mtu }),
    ...(source && { source: addressOf(source) }),
  };
}

/** An address as text. */
export function addressOf({ bytes }: Bytes): string {
  return formatAddress(bytes.length === 16 ? AF_INET6 : AF_INET, bytes, 0);
}

/** A valid address's bytes: 4 or 16. */
export function bytesOf(address: string): Uint8Array {
  const bytes = new Uint8Array(16);
  return parseAddress(address, bytes, 0) === AF_INET6 ? bytes : bytes.subarray(0, 4);
}
