/** Whether a program listens, and rules let clients come to it. */

import type { Finding } from '../finding';
import { type Packet, packet, State } from '../firewall/packet';
import type { RealServerFacts } from './facts';

const EVERY = ['0.0.0.0', '::'];

export function checkService(facts: RealServerFacts): Finding[] {
  return [...listener(facts), ...firewall(facts)];
}

function listener({ listeners, forward, port, service }: RealServerFacts): Finding[] {
  if (listeners === undefined) return [];
  const isLoopback = (address: string) => address.startsWith('127.') || address === '::1';
  // Behind NAT packets come to an address of this machine, otherwise to the virtual one.
  const heard = listeners.some(
    (address) =>
      EVERY.includes(address) ||
      (forward === 'masq' ? !isLoopback(address) : address.replace('::ffff:', '') === service.address),
  );
  if (heard) return [];
  const where = forward === 'masq' ? `port ${port}` : `port ${port} of ${service.address}`;
  const others = listeners.length === 0 ? '' : `, only on ${[...new Set(listeners)].join(', ')}`;
  return [
    {
      code: 'NO_LISTENER',
      severity: 'error',
      message: `Nothing listens on ${service.protocol} ${where}${others}: clients are refused.`,
      remedy: `# Start the service, listening on ${forward === 'masq' ? 'every address' : `${service.address} or every address`}, port ${port}. Who listens now: ss -lntu`,
    },
  ];
}

function firewall({ firewall: rules, family, service, port, forward, network }: RealServerFacts): Finding[] {
  const to = {
    ...(forward === 'masq' ? {} : { address: service.address }),
    port: port === 0 ? undefined : port,
  };
  const first: Packet = packet(family, service.protocol, {}, to, { state: State.new, local: true });
  for (const hook of ['prerouting', 'input'] as const) {
    const fate = rules.fate(hook, { ...first, in: undefined });
    if (fate.verdict !== 'drop' || network.links.length === 0) continue;
    const by = fate.by.charAt(0).toUpperCase() + fate.by.slice(1);
    const { chain } = fate;
    const table = chain?.family === undefined ? 'inet' : chain.family === 'ipv6' ? 'ip6' : 'ip';
    const address = forward === 'masq' ? '' : ` -d ${service.address}`;
    const ports = port === 0 ? '' : ` --dport ${port}`;
    const nftPorts = port === 0 ? `meta l4proto ${service.protocol}` : `${service.protocol} dport ${port}`;
    return [
      {
        code: 'FIREWALL_DROPS',
        severity: fate.certain ? 'error' : 'info',
        message: `${by} (${chain?.program}) drops packets of clients to port ${port}${fate.certain ? '' : ', unless a rule before it accepts them, which cannot be told from here'}.`,
        remedy:
          chain?.program === 'nft'
            ? `nft insert rule ${table} ${chain.table} ${chain.name} ${nftPorts} accept`
            : `${chain?.program} -t ${chain?.table} -I ${chain?.name}${address} -p ${service.protocol}${ports} -j ACCEPT`,
      },
    ];
  }
  return [];
}
