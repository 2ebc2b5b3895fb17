/** Whether something unwraps what comes through a tunnel. */

import type { Family } from '../../model/address';
import type { Tunnel } from '../../model/tunnel';
import type { Finding } from '../finding';
import type { Link } from '../network/rtnetlink';
import type { RealServerFacts } from './facts';

/** The devices of a tunnel's kind: the one that takes what no other does, and the kernel's names of the kind. */
function deviceOf(
  family: Family,
  tunnel: Tunnel | undefined,
): { name: string; kinds: string[]; module: string } {
  if (tunnel?.type === 'gre') {
    return family === 'ipv6'
      ? { name: 'ip6gre0', kinds: ['ip6gre'], module: 'ip6_gre' }
      : { name: 'gre0', kinds: ['gre'], module: 'ip_gre' };
  }
  return family === 'ipv6'
    ? { name: 'ip6tnl0', kinds: ['ip6tnl'], module: 'ip6_tunnel' }
    : { name: 'tunl0', kinds: ['ipip'], module: 'ipip' };
}

/** The device that takes a tunnel's packets, as it is called where nobody has named it. */
export function deviceName(family: Family, tunnel: Tunnel | undefined): string {
  return deviceOf(family, tunnel).name;
}

/** The tunnel's devices that there are. */
export function tunnelDevices({ network, family, tunnel }: RealServerFacts): Link[] {
  const { kinds } = deviceOf(family, tunnel);
  return network.links.filter(({ kind }) => kinds.includes(kind));
}

export function checkTunnel(facts: RealServerFacts): Finding[] {
  const { forward, family, tunnel, tunnelListeners, network } = facts;
  if (forward !== 'tunnel' || network.links.length === 0) return [];
  const { name, module } = deviceOf(family, tunnel);
  const devices = tunnelDevices(facts);
  const type = tunnel?.type ?? 'ipip';
  const about = { code: 'TUNNEL_DEVICE', severity: 'error' } as const;
  if (!devices.some(({ up }) => up)) {
    const [first] = devices;
    return [
      {
        ...about,
        message:
          first === undefined
            ? `There is no device that unwraps ${type}: what the director sends is dropped.`
            : `${first.name} is down, so that nothing unwraps ${type}: what the director sends is dropped.`,
        remedy: `${first === undefined ? `modprobe ${module}\n` : ''}ip link set ${first?.name ?? name} up`,
      },
    ];
  }
  if (tunnel?.type !== 'gue' || tunnelListeners === undefined || tunnelListeners.length > 0) return [];
  return [
    {
      ...about,
      message: `Nothing unwraps GUE on UDP port ${tunnel.port}: what the director sends is refused.`,
      remedy: `modprobe fou\nip fou add port ${tunnel.port} gue`,
    },
  ];
}
