import { existsSync, readFileSync } from 'node:fs';
import type { HostPlan, Link, Plan } from './plan';
import { ip } from './shell';

const LINKS: readonly Link[] = ['outside', 'inside'];

/** Where the links' bridges are: in a namespace of its own, so that frames between hosts never touch the director. */
export const SWITCH = 'lvs-switch';

/** The network namespace of a host other than the director. */
export function namespaceOf(host: HostPlan): string {
  return `lvs-${host.name}`;
}

/** The cables: a namespace per machine, a switch per link, and a virtual cable from each interface to its switch. */
export async function plugIn(plan: Plan): Promise<void> {
  // The director last: the kernel refuses a name that this namespace has, even for an interface made in another.
  const ends = [plan.client, ...plan.realServers, plan.director].flatMap((host) =>
    linksOf(host).map((link) => ({
      link,
      where: host === plan.director ? '' : `netns ${namespaceOf(host)}`,
    })),
  );
  const cables = ends.map((end, index) => ({ ...end, port: `port${index + 1}` }));
  await ip([
    ...namespacesOf(plan).map((name) => `netns add ${name}`),
    ...cables.map(
      ({ link, where, port }) => `link add ${link} ${where} type veth peer name ${port} netns ${SWITCH}`,
    ),
  ]);
  await ip(
    [
      ...LINKS.flatMap((link) => [`link add ${link} type bridge mcast_snooping 0`, `link set ${link} up`]),
      ...cables.map(({ port, link }) => `link set ${port} master ${link} up`),
    ],
    SWITCH,
  );
}

/** Brings a host's interfaces up with their addresses; the director's are in this process's own namespace. */
export async function configure(host: HostPlan, namespace?: string): Promise<void> {
  const interfaces = linksOf(host).flatMap((link) => [
    `link set ${link} up`,
    ...(host.interfaces[link] ?? []).map(
      (address) => `address add ${address} dev ${link}${immediately(address)}`,
    ),
  ]);
  await ip(['link set lo up', ...interfaces, ...(host.commands ?? [])], namespace);
}

/** Removes whatever there is of the network, be it half of it. */
export async function unplug(plan: Plan): Promise<void> {
  const namespaces = namespacesOf(plan).filter((name) => existsSync(`/run/netns/${name}`));
  const devices = readFileSync('/proc/net/dev', 'utf8');
  const links = linksOf(plan.director).filter((link) => new RegExp(`^\\s*${link}:`, 'm').test(devices));
  // The kernel ends a namespace some time after its name is gone; the director's interfaces go at once.
  const commands = [
    ...links.map((link) => `link delete ${link}`),
    ...namespaces.map((name) => `netns delete ${name}`),
  ];
  if (commands.length > 0) await ip(commands);
}

function namespacesOf(plan: Plan): string[] {
  return [SWITCH, ...[plan.client, ...plan.realServers].map(namespaceOf)];
}

function linksOf(host: HostPlan): Link[] {
  return LINKS.filter((link) => host.interfaces[link]);
}

/** IPv6 would look for duplicates for a second before it uses an address. */
function immediately(address: string): string {
  return address.includes(':') ? ' nodad' : '';
}
