/** The way to each real server: the route, the next machine on it, and how large a packet may be. */

import type { Finding } from '../finding';
import type { Network } from '../network/network';
import type { Route } from '../network/rtnetlink';
import { nameOf } from '../remedies';
import { type DirectorFacts, isAddressed, type Pair, pairs } from './facts';
import { keysOf } from './keys';

/** RFC 8200: every IPv6 link carries this much. */
const IPV6_LEAST_MTU = 1280;
const ETHERNET_MTU = 1500;

export function checkRoutes(facts: DirectorFacts): Finding[] {
  const { host } = facts;
  if (host === undefined) return [];
  return pairs(facts)
    .filter(({ destination }) => destination.forward !== 'local' && destination.forward !== 'bypass')
    .flatMap((pair) => {
      const route = host.network.route({ to: pair.destination.address });
      return route === undefined ? [] : checkRoute(host.network, pair, route);
    });
}

function checkRoute(network: Network, pair: Pair, route: Route): Finding[] {
  const { service, destination } = pair;
  const about = keysOf(pair);
  if (route.type === 'local') return [];
  if (route.type === 'refused') {
    return [
      {
        code: 'NO_ROUTE',
        severity: 'error',
        ...about,
        message: `There is no route to the ${nameOf(service, destination)}.`,
        remedy: `# ip route add ${destination.address} via ROUTER\n# or, where it is on a link of this machine: ip route add ${destination.address} dev INTERFACE`,
      },
    ];
  }
  return [
    ...behindRouter(network, pair, route),
    ...neighbour(network, pair, route),
    ...tunnelMtu(network, pair, route),
  ];
}

function behindRouter(network: Network, { service, destination }: Pair, route: Route): Finding[] {
  if (destination.forward !== 'droute' || route.gateway === undefined) return [];
  if (route.gateway === destination.address) return [];
  const link = network.link(route.index)?.name;
  return [
    {
      code: 'DROUTE_BEHIND_ROUTER',
      severity: 'warning',
      ...keysOf({ service, destination }),
      message:
        `Packets to the ${nameOf(service, destination)} go to ${route.gateway} on ${link}: direct routing leaves the virtual address in them, ` +
        `so a router there sends them back. A real server must be on a link of the director, unless ${route.gateway} is itself.`,
      remedy: `# Forward through a tunnel (-i) or by NAT (-m), or, where it is on the link after all:\n# ip route add ${destination.address} dev ${link}`,
    },
  ];
}

function neighbour(network: Network, pair: Pair, route: Route): Finding[] {
  const next = route.gateway ?? pair.destination.address;
  const link = network.link(route.index);
  const entry = network.neighbours.find(({ address, index }) => address === next && index === route.index);
  if (entry === undefined || entry.state === 'other' || link === undefined) return [];
  const who = route.gateway === undefined ? 'it' : `the router ${next}`;
  return [
    {
      code: 'NEIGHBOUR_UNRESOLVED',
      severity: entry.state === 'failed' ? 'error' : 'warning',
      ...keysOf(pair),
      message:
        `Nobody on ${link.name} answers for ${next}: packets to the ${nameOf(pair.service, pair.destination)} cannot be sent, ` +
        `since ${who} is down, or on another link.`,
      remedy: `# Start ${next}, or its interface. What is known here of ${next}: ip neighbour show ${next}`,
    },
  ];
}

/** What is wrapped around a packet. */
function overhead({ destination }: Pair): number {
  const outer = destination.family === 'ipv6' ? 40 : 20;
  const { tunnel } = destination;
  if (tunnel?.type === 'gue') return outer + 8 + 4 + (tunnel.checksum === 'remote-checksum' ? 8 : 0);
  if (tunnel?.type === 'gre') return outer + 4 + (tunnel.checksum === 'checksum' ? 4 : 0);
  return outer;
}

function tunnelMtu(network: Network, pair: Pair, route: Route): Finding[] {
  const { service, destination } = pair;
  if (destination.forward !== 'tunnel') return [];
  const link = network.link(route.index);
  const mtu = route.mtu ?? link?.mtu;
  if (link === undefined || mtu === undefined || mtu === 0) return [];
  const inner = mtu - overhead(pair);
  // What comes in is as large as the link of the virtual address lets it be.
  const bearers = isAddressed(service)
    ? network.bearers(service.address).filter((each) => !each.loopback)
    : [];
  const largest = Math.max(...(bearers.length > 0 ? bearers.map((each) => each.mtu) : [ETHERNET_MTU]));
  if (inner >= largest || link.loopback) return [];
  const tooSmall = service.family === 'ipv6' && inner < IPV6_LEAST_MTU;
  const effect = tooSmall
    ? `IPv6 needs ${IPV6_LEAST_MTU} at least, so that nothing larger gets through`
    : 'of larger ones the sender is told by ICMP (too big), or they are fragmented: where a firewall drops that ICMP, uploads hang';
  return [
    {
      code: 'TUNNEL_MTU',
      severity: tooSmall ? 'error' : 'info',
      ...keysOf(pair),
      message: `Packets of up to ${inner} bytes fit into the tunnel to the ${nameOf(service, destination)} (MTU ${mtu} of ${link.name}): ${effect}.`,
      remedy: `ip link set ${link.name} mtu ${largest + overhead(pair)}\n# on the real servers and switches of that link, too`,
    },
  ];
}
