import type { Family } from '@lvs/netlink';

/** The two links of the lab: the VIP's network, where the clients are, and the network behind the director. */
export type Link = 'outside' | 'inside';

/** How one machine is set up. */
export interface HostPlan {
  name: string;
  /** Addresses with prefix length, by the link they are on; the interface bears the link's name. */
  interfaces: Partial<Record<Link, readonly string[]>>;
  /** Further `ip` commands, once the interfaces are up. */
  commands?: readonly string[];
  sysctls?: Record<string, string>;
}

/** A real server: its address is where the director forwards to. */
export interface RealServerPlan extends HostPlan {
  address: string;
}

/** An LVS cluster on paper. */
export interface Plan {
  family: Family;
  vip: string;
  /** The client machine's addresses: to the director, each is a client of its own. */
  clientAddresses: readonly [string, string];
  director: HostPlan;
  client: HostPlan;
  realServers: readonly [RealServerPlan, RealServerPlan];
}

interface RealServerAddresses {
  name: string;
  inside: string;
  outside: string;
}

interface Addresses {
  family: Family;
  vip: string;
  clients: readonly [string, string];
  /** The director's own address inside, which is the real servers' way out with NAT. */
  gateway: string;
  realServers: readonly [RealServerAddresses, RealServerAddresses];
  prefixLength: number;
}

const IPV4: Addresses = {
  family: 'ipv4',
  vip: '39.108.55.227',
  clients: ['39.108.55.100', '39.108.55.101'],
  gateway: '172.18.10.246',
  realServers: [
    { name: 'rs1', inside: '172.18.10.244', outside: '39.108.55.244' },
    { name: 'rs2', inside: '172.18.10.245', outside: '39.108.55.245' },
  ],
  prefixLength: 24,
};

const IPV6: Addresses = {
  family: 'ipv6',
  vip: 'fd39:108:55::227',
  clients: ['fd39:108:55::100', 'fd39:108:55::101'],
  gateway: 'fd17:18:10::246',
  realServers: [
    { name: 'rs1', inside: 'fd17:18:10::244', outside: 'fd39:108:55::244' },
    { name: 'rs2', inside: 'fd17:18:10::245', outside: 'fd39:108:55::245' },
  ],
  prefixLength: 64,
};

/** NAT: the real servers know no way out but the director, which translates both ways. */
export function nat(family: Family = 'ipv4'): Plan {
  const addresses = family === 'ipv6' ? IPV6 : IPV4;
  const { gateway, prefixLength } = addresses;
  const forwarding = family === 'ipv6' ? 'net.ipv6.conf.all.forwarding' : 'net.ipv4.ip_forward';
  return plan(addresses, { [forwarding]: '1' }, ({ name, inside }) => ({
    name,
    address: inside,
    interfaces: { inside: [`${inside}/${prefixLength}`] },
    commands: [`route add default via ${gateway}`],
  }));
}

/** IP tunnelling: requests arrive wrapped on a tunnel's device, which bears the VIP; replies go straight to the client. */
export function tunnel(family: Family = 'ipv4'): Plan {
  const device = family === 'ipv6' ? 'ip6tnl0' : 'tunl0';
  return bypassing(family, device, [`link set ${device} up`, bearing(family, device)]);
}

/** Direct routing: requests arrive by MAC address, the VIP sits on loopback; replies go straight to the client. */
export function droute(family: Family = 'ipv4'): Plan {
  return bypassing(family, 'inside', [bearing(family, 'lo')]);
}

/** Has a real server take the VIP for an address of its own. */
function bearing(family: Family, device: string): string {
  return family === 'ipv6'
    ? `address add ${IPV6.vip}/128 dev ${device} nodad`
    : `address add ${IPV4.vip}/32 dev ${device}`;
}

/** Real servers with the VIP and a leg of their own in its network, behind a director that cannot route. */
function bypassing(family: Family, arrival: string, commands: string[]): Plan {
  const six = family === 'ipv6';
  const addresses = six ? IPV6 : IPV4;
  const { prefixLength } = addresses;
  const off = six ? 'net.ipv6.conf.all.forwarding' : 'net.ipv4.ip_forward';
  return plan(addresses, { [off]: '0' }, ({ name, inside, outside }) => ({
    name,
    address: inside,
    interfaces: { inside: [`${inside}/${prefixLength}`], outside: [`${outside}/${prefixLength}`] },
    commands,
    // IPv6 has no filter of the reverse path, and an interface answers for its own addresses only.
    ...(!six && {
      sysctls: {
        // Clients arrive on another interface than the way back to them: a reverse path filter would drop them.
        // The kernel applies the stricter of `all` and the interface's own.
        'net.ipv4.conf.all.rp_filter': '0',
        [`net.ipv4.conf.${arrival}.rp_filter`]: '0',
        // Everyone here has the VIP, but only the director may say so: it would get no requests otherwise.
        'net.ipv4.conf.all.arp_ignore': '1',
        'net.ipv4.conf.all.arp_announce': '2',
      },
    }),
  }));
}

function plan(
  addresses: Addresses,
  directorSysctls: Record<string, string>,
  realServer: (addresses: RealServerAddresses) => RealServerPlan,
): Plan {
  const { family, vip, clients, gateway, realServers, prefixLength } = addresses;
  const withPrefix = (address: string) => `${address}/${prefixLength}`;
  return {
    family,
    vip,
    clientAddresses: clients,
    director: {
      name: 'director',
      interfaces: { outside: [withPrefix(vip)], inside: [withPrefix(gateway)] },
      // It would leave refusals without an answer where a client asks more often than once a second.
      sysctls: { 'net.ipv4.icmp_ratelimit': '0', ...directorSysctls },
    },
    client: { name: 'client', interfaces: { outside: clients.map(withPrefix) } },
    realServers: [realServer(realServers[0]), realServer(realServers[1])],
  };
}
