/** What a namespace has around IPVS, read at once. */

import type { Inspection } from './inspection';
import {
  type Address,
  type Link,
  type Lookup,
  lookUp,
  type Neighbour,
  type Route,
  readAddresses,
  readLinks,
  readNeighbours,
} from './rtnetlink';

/** Of each interface, and of `all`. */
const PER_INTERFACE = ['rp_filter', 'send_redirects', 'arp_ignore', 'arp_announce', 'forwarding'];

const ELSEWHERE = [
  'net/ipv4/ip_forward',
  'net/ipv6/conf/all/forwarding',
  'net/netfilter/nf_conntrack_count',
  'net/netfilter/nf_conntrack_max',
  'kernel/modprobe',
  'kernel/modules_disabled',
];

export class Network {
  private constructor(
    readonly links: readonly Link[],
    readonly addresses: readonly Address[],
    readonly neighbours: readonly Neighbour[],
    readonly routes: ReadonlyMap<string, Route>,
    readonly settings: ReadonlyMap<string, string>,
  ) {}

  /** Reads it, and looks up where packets to these go. */
  static async read(inspection: Inspection, lookups: readonly Lookup[]): Promise<Network> {
    const links = await readLinks(inspection);
    const addresses = await readAddresses(inspection);
    const neighbours = await readNeighbours(inspection);
    const distinct = new Map(lookups.map((lookup) => [keyOf(lookup), lookup]));
    const found = await lookUp(inspection, [...distinct.values()]);
    const routes = [...distinct.keys()].flatMap((key, index): [string, Route][] => {
      const route = found[index];
      return route === undefined ? [] : [[key, route]];
    });
    const settings = await readSettings(inspection, links);
    return new Network(links, addresses, neighbours, new Map(routes), settings);
  }

  /** Nothing where it was not looked up, or could not be. */
  route(lookup: Lookup): Route | undefined {
    return this.routes.get(keyOf(lookup));
  }

  link(index: number): Link | undefined {
    return this.links.find((link) => link.index === index);
  }

  linkNamed(name: string): Link | undefined {
    return this.links.find((link) => link.name === name);
  }

  /** The interfaces that bear an address. */
  bearers(address: string): Link[] {
    return this.addresses
      .filter((each) => each.address === address)
      .flatMap(({ index }) => this.link(index) ?? []);
  }

  /** A setting of /proc/sys as a number. */
  setting(path: string): number | undefined {
    const text = this.settings.get(path);
    return text === undefined ? undefined : Number(text);
  }

  /** An IPv4 setting of an interface as the kernel combines it with that of `all`. */
  combined(name: 'rp_filter' | 'arp_ignore' | 'arp_announce' | 'send_redirects', link: Link): number {
    const own = this.setting(`net/ipv4/conf/${link.name}/${name}`) ?? 0;
    const all = this.setting(`net/ipv4/conf/all/${name}`) ?? 0;
    return Math.max(own, all);
  }
}

function keyOf({ to, mark = 0, from = '', by = 0 }: Lookup): string {
  return `${to} ${mark} ${from} ${by}`;
}

async function readSettings(inspection: Inspection, links: readonly Link[]): Promise<Map<string, string>> {
  const names = ['all', ...links.map(({ name }) => name)];
  const paths = [
    ...ELSEWHERE,
    ...names.flatMap((name) => PER_INTERFACE.map((setting) => `net/ipv4/conf/${name}/${setting}`)),
  ];
  const texts = await inspection.files(
    'the settings in /proc/sys',
    paths.map((path) => `/proc/sys/${path}`),
  );
  return new Map([...texts].map(([path, text]) => [path.slice('/proc/sys/'.length), text]));
}

/** A setting as `sysctl` names it: dots divide, and a dot of an interface's name is a slash. */
export function sysctlName(path: string): string {
  return path.replaceAll(/[./]/g, (sign) => (sign === '/' ? '.' : '/'));
}
