import type { Endpoint } from '@lvs/netlink';
import type { Link } from './plan';
import { run } from './shell';

/**
 * Has the director mark TCP packets to these IPv4 endpoints as they arrive on a link, for as long as the cluster
 * stands. With `tc`, which marks on every kernel: iptables and nft need tables that not every kernel has.
 */
export async function markPackets(link: Link, endpoints: readonly Endpoint[], mark: number): Promise<void> {
  const filters = endpoints.map(
    ({ address, port }) =>
      `filter add dev ${link} ingress protocol ip flower ` +
      `ip_proto tcp dst_ip ${address} dst_port ${port} action skbedit mark ${mark}`,
  );
  await run('tc', ['-batch', '-'], [`qdisc add dev ${link} clsact`, ...filters, ''].join('\n'));
}
