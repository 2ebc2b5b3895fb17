/** Rules that take a service's packets before IPVS sees them, or after it has sent them. */

import type { Family } from '../../model/address';
import { describeService } from '../../model/service';
import type { TableRow } from '../../model/table';
import type { Finding } from '../finding';
import { type Packet, packet, State } from '../firewall/packet';
import type { Chain, Fate } from '../firewall/rules';
import { nameOf, setting } from '../remedies';
import { type DirectorFacts, isAddressed, type Pair, type Surroundings } from './facts';
import { keyOf, keysOf } from './keys';

/** Where the kernel calls IPVS in `input` and `forward`: linux/netfilter_ipv4.h, NF_IP_PRI_NAT_SRC - 2. */
const IPVS = 98;

const [IPIP, GRE, UDP] = [4, 47, 17];

type Addressed = TableRow & { address: string; port: number; protocol: 'tcp' | 'udp' | 'sctp' };

export function checkFirewall({ table, host, sysctls }: DirectorFacts): Finding[] {
  if (host === undefined) return [];
  const tracks = sysctls.conntrack !== 0;
  return [
    ...table
      .filter((row): row is Addressed => isAddressed(row))
      .flatMap((row) => checkService(host, row, tracks)),
    ...full(host),
  ];
}

function checkService(host: Surroundings, service: Addressed, tracks: boolean): Finding[] {
  const requests = request(host, service);
  if (requests.length > 0) return requests;
  return service.destinations.flatMap((destination) => {
    const pair = { service, destination };
    if (destination.forward === 'local' || destination.forward === 'bypass') return [];
    const sent = toRealServer(host, pair, service, tracks);
    if (sent.length > 0 || destination.forward !== 'masq') return sent;
    return answer(host, pair, service, tracks);
  });
}

/** A client's first packet, on its way to IPVS. */
function request({ network, firewall }: Surroundings, service: Addressed): Finding[] {
  const [bearer] = network.bearers(service.address).filter(({ loopback, arp }) => !loopback && arp);
  const to = { address: service.address, port: service.port === 0 ? undefined : service.port };
  const first = packet(service.family, service.protocol, {}, to, {
    state: State.new,
    local: true,
    in: bearer?.name,
  });
  const about = { service: keyOf(service) };
  for (const hook of ['prerouting', 'input'] as const) {
    const fate = firewall.fate(hook, first, hook === 'input' ? IPVS : undefined);
    const accept = acceptance(fate, service, 'd', to.address, to.port);
    const name = describeService(service);
    if (fate.verdict === 'dnat') {
      return [
        {
          ...about,
          code: 'FIREWALL_NAT',
          severity: fate.certain ? 'error' : 'info',
          message: `${capital(fate.by)} (${program(fate)}) ${fate.certain ? 'takes' : 'may take'} the packets to ${name} elsewhere before IPVS sees them.`,
          remedy: accept,
        },
      ];
    }
    if (fate.verdict === 'drop') {
      return [drops(fate, `packets of clients to ${name}`, accept, about)];
    }
  }
  return [];
}

/** What IPVS sends to the real server. */
function toRealServer(host: Surroundings, pair: Pair, service: Addressed, tracks: boolean): Finding[] {
  const { destination } = pair;
  const { network, firewall } = host;
  const route = network.route({ to: destination.address });
  const out = route && network.link(route.index)?.name;
  const about = { state: tracks ? State.new : State.untracked, local: false, out };
  const port = (number: number) => (number === 0 ? undefined : number);
  const sent = sentTo(pair, service);
  const fate = firewall.fate('output', sent);
  if (fate.verdict === 'drop') {
    const accept = acceptance(fate, service, 'd', destination.address, undefined, false);
    return [drops(fate, `what IPVS sends to the ${nameOf(service, destination)}`, accept, keysOf(pair))];
  }
  if (destination.forward !== 'masq' || tracks) return [];
  const translated = firewall.fate('postrouting', { ...sent, state: State.new });
  if (translated.verdict !== 'snat' || !translated.certain) return [];
  return [
    {
      code: 'CONNTRACK_OFF',
      severity: 'warning',
      ...keysOf(pair),
      message: `${capital(translated.by)} (${program(translated)}) is to give packets to the ${nameOf(service, destination)} this director's address, but does nothing: without net.ipv4.vs.conntrack the kernel does not track what IPVS sends, and translates only what it tracks.`,
      remedy: setting('net/ipv4/vs/conntrack', 1),
    },
  ];

  function sentTo(pair: Pair, service: Addressed): Packet {
    const { address, family, forward, tunnel } = pair.destination;
    if (forward === 'droute') {
      return packet(
        family,
        service.protocol,
        {},
        { address: service.address, port: port(service.port) },
        about,
      );
    }
    if (forward !== 'tunnel') {
      return packet(family, service.protocol, {}, { address, port: port(pair.destination.port) }, about);
    }
    const protocol = tunnel?.type === 'gue' ? UDP : tunnel?.type === 'gre' ? GRE : IPIP;
    return packet(
      family,
      protocol,
      {},
      { address, port: tunnel?.type === 'gue' ? tunnel.port : undefined },
      about,
    );
  }
}

/** A real server's answer to a client's first packet, on its way back to IPVS. */
function answer(host: Surroundings, pair: Pair, service: Addressed, tracks: boolean): Finding[] {
  const { destination } = pair;
  const { network, firewall } = host;
  const route = network.route({ to: destination.address });
  const from = { address: destination.address, port: destination.port === 0 ? undefined : destination.port };
  // Connection tracking has not seen what IPVS took, so that an answer to it belongs to nothing.
  const untracked = service.protocol === 'tcp' ? State.invalid : State.new;
  const replied = (state: number) =>
    packet(
      destination.family,
      service.protocol,
      from,
      {},
      {
        state,
        local: false,
        in: route && network.link(route.index)?.name,
        reply: true,
      },
    );
  for (const hook of ['prerouting', 'forward'] as const) {
    const before = hook === 'forward' ? IPVS : undefined;
    const fate = firewall.fate(hook, replied(tracks ? State.established : untracked), before);
    if (fate.verdict !== 'drop') continue;
    const what = `answers of the ${nameOf(service, destination)}`;
    if (!tracks && firewall.fate(hook, replied(State.established), before).verdict !== 'drop') {
      return [
        {
          code: 'CONNTRACK_OFF',
          severity: fate.certain ? 'error' : 'info',
          ...keysOf(pair),
          message: `${capital(fate.by)} (${program(fate)}) drops ${what} as part of no connection: without net.ipv4.vs.conntrack the kernel does not track those of IPVS.`,
          remedy: setting('net/ipv4/vs/conntrack', 1),
        },
      ];
    }
    const accept = acceptance(fate, service, 's', from.address, from.port);
    return [drops(fate, what, accept, keysOf(pair))];
  }
  return [];
}

function drops(fate: Fate, what: string, remedy: string, about: Partial<Finding>): Finding {
  return {
    code: 'FIREWALL_DROPS',
    severity: fate.certain ? 'error' : 'info',
    ...about,
    message: `${capital(fate.by)} (${program(fate)}) drops ${what}${fate.certain ? '' : ', unless a rule before it accepts them, which cannot be told from here'}.`,
    remedy,
  };
}

function program({ chain }: Fate): string {
  return chain?.program ?? '';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const NFT_FAMILY: Record<Family, string> = { ipv4: 'ip', ipv6: 'ip6' };

/** The command that has packets to (`d`) or from (`s`) an address accepted first. */
function acceptance(
  { chain }: Fate,
  { family, protocol }: Addressed,
  end: 'd' | 's',
  address: string,
  port: number | undefined,
  named = true,
): string {
  if (chain === undefined) return '';
  if (chain.program === 'nft')
    return nftAcceptance(chain, NFT_FAMILY[family], protocol, end, address, port, named);
  const protocolOption = named ? ` -p ${protocol}` : '';
  const portOption = port === undefined ? '' : ` --${end}port ${port}`;
  return `${chain.program} -t ${chain.table} -I ${chain.name} -${end} ${address}${protocolOption}${portOption} -j ACCEPT`;
}

function nftAcceptance(
  chain: Chain,
  family: string,
  protocol: string,
  end: 'd' | 's',
  address: string,
  port: number | undefined,
  named: boolean,
): string {
  const table = chain.family === undefined ? 'inet' : NFT_FAMILY[chain.family];
  const ports =
    port === undefined ? (named ? ` meta l4proto ${protocol}` : '') : ` ${protocol} ${end}port ${port}`;
  return `nft insert rule ${table} ${chain.table} ${chain.name} ${family} ${end}addr ${address}${ports} accept`;
}

function full({ network }: Surroundings): Finding[] {
  const count = network.setting('net/netfilter/nf_conntrack_count');
  const max = network.setting('net/netfilter/nf_conntrack_max');
  if (count === undefined || max === undefined || max === 0 || count < max * 0.95) return [];
  return [
    {
      code: 'CONNTRACK_FULL',
      severity: count >= max ? 'error' : 'warning',
      message: `Connection tracking holds ${count} connections of ${max} at most: packets of new ones are dropped, whatever IPVS would do with them.`,
      remedy: setting('net/netfilter/nf_conntrack_max', max * 4),
    },
  ];
}
