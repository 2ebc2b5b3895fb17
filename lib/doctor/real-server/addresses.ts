/** Whether the real server takes packets to the virtual address for its own, and does not tell others that it has it. */

import type { Finding } from '../finding';
import type { Link } from '../network/rtnetlink';
import { setting } from '../remedies';
import type { RealServerFacts } from './facts';
import { deviceName, tunnelDevices } from './tunnel';

/** Answers for addresses of the asked interface alone; announces the best address of the interface that it asks on. */
const IGNORE = 1;
const ANNOUNCE = 2;

export function checkAddresses(facts: RealServerFacts): Finding[] {
  if (facts.forward !== 'droute' && facts.forward !== 'tunnel') return [];
  return [...missing(facts), ...arp(facts)];
}

function missing(facts: RealServerFacts): Finding[] {
  const { network, service, forward, family, tunnel } = facts;
  const route = network.route({ to: service.address });
  if (route === undefined || route.type === 'local') return [];
  // A tunnel's device that is down is a finding of its own.
  const down = tunnelDevices(facts).filter(({ up }) => !up);
  if (network.bearers(service.address).some((link) => down.includes(link))) return [];
  const device = forward === 'tunnel' ? deviceName(family, tunnel) : 'lo';
  const length = family === 'ipv6' ? 128 : 32;
  return [
    {
      code: 'VIP_MISSING',
      severity: 'error',
      message: `${service.address} is no address of this machine: what the director sends to it unchanged is not taken.`,
      remedy: `ip address add ${service.address}/${length} dev ${device}`,
    },
  ];
}

function arp({ network, service, family }: RealServerFacts): Finding[] {
  if (family === 'ipv6') return [];
  const bearers = network.bearers(service.address);
  if (bearers.length === 0) return [];
  const asked = network.links.filter(({ arp, loopback, up }) => arp && !loopback && up);
  const own = asked.filter(({ index }) => bearers.some((bearer) => bearer.index === index));
  const about = { code: 'ARP_FOR_VIP', severity: 'error' } as const;
  if (own.length > 0) {
    const names = own.map(({ name }) => name).join(', ');
    return [
      {
        ...about,
        message: `${service.address} is on ${names}, which answers for it: clients of that network reach this real server past the director.`,
        remedy: own
          .flatMap(({ name }) => [
            `ip address delete ${service.address} dev ${name}`,
            `ip address add ${service.address}/32 dev lo`,
          ])
          .join('\n'),
      },
    ];
  }
  const answering = asked.filter((link) => network.combined('arp_ignore', link) < IGNORE);
  const announcing = asked.filter((link) => network.combined('arp_announce', link) < ANNOUNCE);
  if (answering.length === 0 && announcing.length === 0) return [];
  const does = [
    answering.length > 0 && `answers for ${service.address} on ${namesOf(answering)} (arp_ignore)`,
    announcing.length > 0 && `announces it on ${namesOf(announcing)} (arp_announce)`,
  ].filter(Boolean);
  return [
    {
      ...about,
      message: `This machine ${does.join(' and ')}: clients of those networks reach it past the director.`,
      remedy: [
        setting('net/ipv4/conf/all/arp_ignore', IGNORE),
        setting('net/ipv4/conf/all/arp_announce', ANNOUNCE),
        '# The neighbours forget what they have been told by themselves, or:',
        `# ip neighbour flush ${service.address}`,
      ].join('\n'),
    },
  ];
}

function namesOf(links: readonly Link[]): string {
  return links.map(({ name }) => name).join(', ');
}
