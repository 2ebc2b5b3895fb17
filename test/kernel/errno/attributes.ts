/** What the wire calls an attribute, in the words of the API. */

import type {
  DaemonSpec,
  DestinationSpec,
  ForwardingMethod,
  Persistence,
  ServiceFlag,
  ServiceKey,
  ServiceSpec,
  Timeouts,
  Tunnel,
} from '../../../lib/index';
import type { WireDaemon, WireDestination, WireService, WireTimeouts } from './rows';

/** Thrown where the API has no words for a request. */
export class Inexpressible extends Error {
  constructor(readonly reason: Reason) {
    super(reason);
  }
}

export type Reason =
  | 'raw bytes'
  | 'netlink framing'
  | 'a command without a verb'
  | 'an attribute left out that the library always sends'
  | 'attributes that the command ignores'
  | "a family other than the address's"
  | 'flag bits and masks'
  | 'an engine or a netmask without persistence'
  | 'a set-up that the API refuses';

const ALL_BITS = 0xffffffff;
const PERSISTENT = 0x1;
const FLAGS: [bit: number, name: ServiceFlag][] = [
  [0x4, 'ops'],
  [0x8, 'flag-1'],
  [0x10, 'flag-2'],
  [0x20, 'flag-3'],
];
const FAMILIES: Record<number, string> = { 2: 'ipv4', 10: 'ipv6' };
const PROTOCOLS: Record<number, string> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };
const FORWARDING = ['masq', 'local', 'tunnel', 'droute', 'bypass'];
const TUNNELS = ['ipip', 'gue', 'gre'];
const CHECKSUMS = ['none', 'checksum', 'remote-checksum'];
const ROLES: Record<number, string> = { 1: 'master', 2: 'backup' };

/** Names that the API does not know stand for the kernel's numbers: it refuses them, as it should. */
function name(names: readonly string[] | Record<number, string>, number: number, kind: string): string {
  return (names as Record<number, string>)[number] ?? `${kind}-${number}`;
}

/** `ipv4`, `ipv6`, or a name that the API refuses. */
export function familyName(number: number): string {
  return name(FAMILIES, number, 'family');
}

/** For an attribute without which the library sends nothing. */
function given<T>(value: T | undefined): Exclude<T, undefined | { hex: string }> {
  if (value === undefined) throw new Inexpressible('an attribute left out that the library always sends');
  return value as Exclude<T, undefined | { hex: string }>;
}

export function serviceKey({ af, proto, addr, port, fwmark }: WireService): ServiceKey {
  // The library takes the family from the address.
  const family = addr === undefined ? af : given(af);
  return {
    ...(family !== undefined && { family: familyName(family as number) }),
    ...(proto !== undefined && { protocol: name(PROTOCOLS, proto as number, 'ip') }),
    ...(addr !== undefined && { address: addr }),
    ...(port !== undefined && { port }),
    ...(fwmark !== undefined && { fwmark }),
  } as ServiceKey;
}

export function serviceSpec(service: WireService, refused: boolean): ServiceSpec {
  const key = serviceKey(service);
  if (Object.keys(service).length === 0) return key;
  const [bits, mask] = given(service.flags);
  const names = FLAGS.filter(([bit]) => bits & bit);
  const known = names.reduce((sum, [bit]) => sum | bit, PERSISTENT);
  // What the library sends replaces all flags; a mask of those that are set does the same where no other was.
  if ((mask !== ALL_BITS && mask !== bits) || (bits & ~known) !== 0) {
    throw new Inexpressible('flag bits and masks');
  }
  return {
    ...key,
    scheduler: given(service.sched),
    flags: names.map(([, flag]) => flag),
    ...persistence(service, (bits & PERSISTENT) !== 0, refused),
  };
}

/**
 * The API has engine and netmask only where there is persistence. Persistence is no reason for a refusal, so they are
 * asked for with it where they, or something before them, are refused.
 */
function persistence(
  service: WireService,
  persistent: boolean,
  refused: boolean,
): { persistence?: Persistence } {
  const { af, pe } = service;
  const timeout = given(service.timeout);
  const netmask = prefixLength(given(service.netmask));
  const plain = pe === undefined && netmask === (af === 10 ? 128 : 32);
  if (!persistent && plain) return {};
  if (!persistent && !refused) throw new Inexpressible('an engine or a netmask without persistence');
  return {
    persistence: {
      ...(persistent && { timeout }),
      netmask,
      ...(pe !== undefined && { engine: pe as string }),
    },
  };
}

/** A mask with holes stays dotted. */
function prefixLength(mask: string | number): string | number {
  if (typeof mask === 'number') return mask;
  const bits = mask
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : mask;
}

export function destinationSpec(
  destination: WireDestination,
  service: WireService | undefined,
  options: boolean,
): DestinationSpec {
  const { addr, port, fwd, weight, u, l, af, ttype, tport, tflags } = destination;
  const key = {
    ...(addr !== undefined && { address: addr as string }),
    ...(port !== undefined && { port }),
  } as DestinationSpec;
  if (addr !== undefined && service !== undefined) {
    const own = String(addr).includes(':') ? 10 : 2;
    // Absent or 0 is the service's.
    if (!af && own !== service.af) given(undefined);
    if (af && own !== af) throw new Inexpressible("a family other than the address's");
  }
  if (!options || Object.keys(destination).length === 0) return key;
  if ('active' in destination) throw new Inexpressible('attributes that the command ignores');
  return {
    ...key,
    forward: name(FORWARDING, given(fwd), 'method') as ForwardingMethod,
    weight: given(weight),
    upperThreshold: given(u),
    lowerThreshold: given(l),
    ...(ttype !== undefined && { tunnel: tunnel(ttype as number, tport, tflags) }),
  };
}

function tunnel(type: number, port: number | undefined, flags: number | undefined): Tunnel {
  const gue = type === 1;
  return {
    type: name(TUNNELS, type, 'tunnel'),
    ...((gue || port) && { port }),
    ...((flags || (flags === 0 && type !== 0)) && { checksum: name(CHECKSUMS, flags, 'checksum') }),
  } as Tunnel;
}

export function role({ state }: WireDaemon): string | undefined {
  return state === undefined ? undefined : name(ROLES, state, 'role');
}

export function daemonSpec(daemon: WireDaemon): DaemonSpec {
  const { ifn, sync_id, maxlen, group, group6, port, ttl } = daemon;
  if (group !== undefined && group6 !== undefined) {
    throw new Inexpressible('attributes that the command ignores');
  }
  const multicast = {
    ...((group ?? group6) !== undefined && { group: group ?? group6 }),
    ...(port !== undefined && { port }),
    ...(ttl !== undefined && { ttl }),
  };
  return {
    role: role(daemon),
    interface: ifn,
    ...(Object.keys(daemon).length > 0 && { syncId: given(sync_id) }),
    ...(maxlen !== undefined && { maxLength: maxlen }),
    ...(Object.keys(multicast).length > 0 && { multicast }),
  } as DaemonSpec;
}

export function timeouts({ tcp, fin, udp }: WireTimeouts): Partial<Timeouts> {
  return {
    ...(tcp !== undefined && { tcp: tcp as number }),
    ...(fin !== undefined && { tcpFin: fin as number }),
    ...(udp !== undefined && { udp: udp as number }),
  };
}
