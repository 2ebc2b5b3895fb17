/** The settings by which the kernel forwards: whether at all, whence packets may come, and what it tells their senders. */

import type { Family } from '../../model/address';
import type { Finding } from '../finding';
import type { Network } from '../network/network';
import type { Link } from '../network/rtnetlink';
import { setting } from '../remedies';
import { type DirectorFacts, isAddressed, type Pair, pairs, toSomewhere } from './facts';

const STRICT = 1;

const FORWARDING: Record<Family, string> = {
  ipv4: 'net/ipv4/ip_forward',
  ipv6: 'net/ipv6/conf/all/forwarding',
};

export function checkForwarding(facts: DirectorFacts): Finding[] {
  const { host } = facts;
  if (host === undefined) return [];
  const masquerading = pairs(facts).filter(({ destination }) => destination.forward === 'masq');
  return [
    ...forwards(host.network, masquerading),
    ...reversePaths(facts, host.network),
    ...redirects(host.network, masquerading),
  ];
}

function forwards(network: Network, masquerading: readonly Pair[]): Finding[] {
  const families = new Set(masquerading.map(({ destination }) => destination.family));
  return [...families].flatMap((family): Finding[] => {
    const path = FORWARDING[family];
    if (network.setting(path) !== 0) return [];
    return [
      {
        code: 'IP_FORWARD_OFF',
        severity: 'error',
        message: `/proc/sys/${path} is 0: the answers of real servers behind NAT are dropped here, instead of going on to the clients.`,
        remedy: setting(path, 1),
      },
    ];
  });
}

/** The kernel applies the stricter of `all` and the interface's own. */
function reversePaths({ table }: DirectorFacts, network: Network): Finding[] {
  const out = network.route(toSomewhere('ipv4'));
  if (out === undefined || out.type !== 'unicast') return [];
  const strict = new Map<string, string>();
  for (const row of table) {
    if (!isAddressed(row) || row.family !== 'ipv4') continue;
    for (const link of network.bearers(row.address)) {
      if (
        !link.loopback &&
        link.arp &&
        link.index !== out.index &&
        network.combined('rp_filter', link) === STRICT
      ) {
        strict.set(link.name, row.address);
      }
    }
  }
  return [...strict].map(([name, vip]): Finding => {
    const way = network.link(out.index)?.name ?? `interface ${out.index}`;
    return {
      code: 'RP_FILTER',
      severity: 'error',
      message:
        `${name}, which bears ${vip}, filters strictly by the reverse path (rp_filter 1), and the way to clients of other ` +
        `networks leads through ${way}: what they send to ${name} is dropped.`,
      remedy: loosen(network, name),
    };
  });
}

/** Commands that make the filter of an interface loose, where `all` lets them. */
export function loosen(network: Network, name: string): string {
  const own = setting(`net/ipv4/conf/${name}/rp_filter`, 2);
  // 2 is greater than 1, so the interface's own counts whatever `all` says.
  return network.setting('net/ipv4/conf/all/rp_filter') === undefined ? `# ${own}` : own;
}

function redirects(network: Network, masquerading: readonly Pair[]): Finding[] {
  const found = new Map<string, Link>();
  for (const { service, destination } of masquerading) {
    if (!isAddressed(service) || destination.family !== 'ipv4') continue;
    const route = network.route({ to: destination.address });
    const link = route?.type === 'unicast' ? network.link(route.index) : undefined;
    if (link === undefined || route?.gateway !== undefined) continue;
    const isOneArmed = network.bearers(service.address).some(({ index }) => index === link.index);
    if (isOneArmed && network.combined('send_redirects', link) !== 0) found.set(link.name, link);
  }
  return [...found.keys()].map(
    (name): Finding => ({
      code: 'SEND_REDIRECTS',
      severity: 'warning',
      message:
        `Real servers behind NAT are on ${name}, as the virtual address is, and ${name} sends ICMP redirects: it tells them of a ` +
        'shorter way to clients on that network, and answers that take it are not translated.',
      remedy: [
        setting('net/ipv4/conf/all/send_redirects', 0),
        setting(`net/ipv4/conf/${name}/send_redirects`, 0),
        '# Real servers keep for some minutes what they were told: on each of them',
        '# ip route flush cache',
      ].join('\n'),
    }),
  );
}
