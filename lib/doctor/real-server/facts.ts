/** All that the checks of a real server look at, gathered in one place. */

import type { BackendHost } from '../../backend/backend';
import { AF_INET6, type Family, formatAddress } from '../../model/address';
import type { ForwardingMethod } from '../../model/forwarding';
import type { VirtualAddress } from '../../model/service';
import type { Tunnel } from '../../model/tunnel';
import { readFirewall } from '../firewall/read';
import type { Firewall } from '../firewall/rules';
import { Inspection, type Unseen } from '../network/inspection';
import { readListeners } from '../network/listeners';
import { Network } from '../network/network';
import { bytesOf, type Lookup } from '../network/rtnetlink';
import { SOMEWHERE } from '../somewhere';

/** What a real server is to do. */
export interface ExpectedService {
  /** The virtual service, as the director has it. */
  service: VirtualAddress;
  /** How the director forwards to this real server. */
  forward: ForwardingMethod;
  /** The director's address on the network of this real server. */
  director?: string | undefined;
  /** The real server's port. Default: the service's. */
  port?: number | undefined;
  /** How the director wraps packets, with `forward: 'tunnel'`. Default ipip. */
  tunnel?: Tunnel | undefined;
}

export interface RealServerFacts extends ExpectedService {
  family: Family;
  port: number;
  network: Network;
  firewall: Firewall;
  /** Addresses on which something listens on the port; absent where that is not known. */
  listeners: readonly string[] | undefined;
  /** The same of the port that packets come wrapped to. */
  tunnelListeners: readonly string[] | undefined;
  unseen: readonly Unseen[];
}

export async function gather(
  expected: ExpectedService,
  host: BackendHost,
  signal: AbortSignal | undefined,
): Promise<RealServerFacts> {
  const inspection = new Inspection(host, signal);
  const { service, forward, director, tunnel } = expected;
  const family: Family = service.address.includes(':') ? 'ipv6' : 'ipv4';
  // Only NAT changes the port.
  const port = forward === 'masq' ? (expected.port ?? service.port) : service.port;
  const lookups: Lookup[] = [toClients(family), toVipNetwork(service.address), { to: service.address }];
  if (director !== undefined) lookups.push({ to: director });
  return {
    ...expected,
    family,
    port,
    network: await Network.read(inspection, lookups),
    firewall: await readFirewall(inspection),
    listeners: port === 0 ? undefined : await readListeners(inspection, service.protocol, port),
    tunnelListeners: tunnel?.type === 'gue' ? await readListeners(inspection, 'udp', tunnel.port) : undefined,
    unseen: inspection.unseen,
  };
}

/** Clients of the internet. */
export function toClients(family: Family): Lookup {
  return { to: SOMEWHERE[family] };
}

/** A client in the virtual address's own network: one whose address is next to it. */
export function toVipNetwork(vip: string): Lookup {
  const bytes = Uint8Array.from(bytesOf(vip));
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  return { to: formatAddress(bytes.length === 16 ? AF_INET6 : 2, bytes, 0) };
}
