/** Whether packets to a service are taken for this machine's own: IPVS sees no others. */

import { describeService } from '../../model/service';
import type { TableRow } from '../../model/table';
import type { Finding } from '../finding';
import type { Network } from '../network/network';
import { type DirectorFacts, isAddressed, type Surroundings } from './facts';
import { keyOf } from './keys';

export function checkAddresses({ table, host }: DirectorFacts): Finding[] {
  if (host === undefined) return [];
  return table.flatMap((row) => (isAddressed(row) ? virtualAddress(host.network, row) : mark(host, row)));
}

function virtualAddress(network: Network, row: TableRow & { address: string }): Finding[] {
  const route = network.route({ to: row.address });
  const bearers = network.bearers(row.address);
  // The kernel takes packets to an address for its own while the interface is down.
  const [down] = bearers.some(({ up }) => up) ? [] : bearers;
  if (down === undefined && (route === undefined || route.type === 'local')) return [];
  const length = row.family === 'ipv6' ? 128 : 32;
  const about = { code: 'VIP_MISSING', severity: 'error', service: keyOf(row) } as const;
  if (down !== undefined) {
    return [
      {
        ...about,
        message: `${row.address} of ${describeService(row)} is on ${down.name}, which is down: nothing reaches the service.`,
        remedy: `ip link set ${down.name} up`,
      },
    ];
  }
  const name = network.link(route?.index ?? 0)?.name;
  return [
    {
      ...about,
      message: `${row.address} of ${describeService(row)} is no address of this machine, so that packets to it are not for IPVS.`,
      remedy: `ip address add ${row.address}/${length} dev ${name ?? 'INTERFACE'}`,
    },
  ];
}

function mark({ network, firewall, unseen }: Surroundings, row: TableRow): Finding[] {
  if (isAddressed(row)) return [];
  const { fwmark } = row;
  const service = keyOf(row);
  if (!firewall.marks(fwmark)) {
    if (unseen.length > 0) return [];
    return [
      {
        code: 'MARK_NOT_SET',
        severity: 'info',
        service,
        message: `No rule of nftables or iptables gives packets the mark ${fwmark} of ${describeService(row)}. Where tc or another program does, all is well.`,
        remedy: `# iptables -t mangle -A PREROUTING -d ADDRESS -p tcp -m multiport --dports PORTS -j MARK --set-mark ${fwmark}`,
      },
    ];
  }
  return firewall.markedDestinations(fwmark).flatMap((to): Finding[] => {
    const route = network.route({ to, mark: fwmark });
    if (route === undefined || route.type === 'local') return [];
    const six = to.includes(':') ? ' -6' : '';
    return [
      {
        code: 'MARK_NOT_LOCAL',
        severity: 'error',
        service,
        message: `Packets to ${to} get the mark ${fwmark} of ${describeService(row)}, but are routed on, since ${to} is no address of this machine: IPVS does not see them.`,
        remedy: [
          `ip${six} rule add fwmark ${fwmark} lookup 100`,
          `ip${six} route add local default dev lo table 100`,
        ].join('\n'),
      },
    ];
  });
}
