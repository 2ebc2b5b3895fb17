/** The matches and targets that iptables' rules are made of: their data is what the kernel's headers say (linux/netfilter/xt_*.h). */

import { Bytes } from '../network/netlink';
import { type Packet, part, portsOf } from './packet';
import { type Action, type Condition, inverted, type Maybe } from './rules';

const MAYBE: Condition = () => undefined;

/** What a match asks of a packet. */
export function xtMatch(name: string, revision: number, bytes: Uint8Array): Condition {
  const data = new Bytes(bytes);
  switch (name) {
    case 'comment':
      return () => true;
    case 'tcp':
      return tcp(data);
    case 'udp':
      return (packet) => all(ports(data, packet, data.u8(8)));
    case 'multiport':
      return revision === 1 ? multiport(data) : MAYBE;
    case 'state':
      return ({ state }) => (state & data.u32()) !== 0;
    case 'conntrack':
      return revision >= 2 ? conntrack(data) : MAYBE;
    case 'mark':
      return ({ mark }) => inverted((mark & data.u32(4)) >>> 0 === data.u32(), data.u8(8) !== 0);
    case 'addrtype':
      return revision === 1 ? addressType(data) : MAYBE;
    default:
      return MAYBE;
  }
}

function all(values: readonly Maybe[]): Maybe {
  if (values.includes(false)) return false;
  return values.includes(undefined) ? undefined : true;
}

function within(value: number | undefined, low: number, high: number): Maybe {
  if (low === 0 && high === 0xffff) return true;
  return value === undefined ? undefined : value >= low && value <= high;
}

/** The ranges of ports that `tcp` and `udp` begin with. */
function ports(data: Bytes, packet: Packet, flags: number): Maybe[] {
  const { from, to } = portsOf(packet);
  return [
    inverted(within(from, data.u16(0), data.u16(2)), (flags & 1) !== 0),
    inverted(within(to, data.u16(4), data.u16(6)), (flags & 2) !== 0),
  ];
}

function tcp(data: Bytes): Condition {
  const [option, mask, compared, flags] = [data.u8(8), data.u8(9), data.u8(10), data.u8(11)];
  return (packet) => {
    const bits = part(packet.transport, 13, 1)?.[0];
    const hasBits = mask === 0 ? true : bits === undefined ? undefined : (bits & mask) === compared;
    return all([
      ...ports(data, packet, flags),
      inverted(hasBits, (flags & 4) !== 0 && mask !== 0),
      option === 0 ? true : undefined,
    ]);
  };
}

function multiport(data: Bytes): Condition {
  const [flags, count, invert] = [data.u8(0), data.u8(1), data.u8(47) !== 0];
  const ranges: [number, number][] = [];
  for (let n = 0; n < count; n++) {
    const low = data.u16(2 + 2 * n);
    const isRange = data.u8(32 + n) !== 0;
    ranges.push([low, isRange ? data.u16(2 + 2 * ++n) : low]);
  }
  return (packet) => {
    const { from, to } = portsOf(packet);
    const asked = flags === 0 ? [from] : flags === 1 ? [to] : [from, to];
    const hits = asked.flatMap((port) => ranges.map(([low, high]) => within(port, low, high)));
    const any = hits.includes(true) ? true : hits.includes(undefined) ? undefined : false;
    return inverted(any, invert);
  };
}

function conntrack(data: Bytes): Condition {
  const [STATE] = [1];
  const [asked, invert, states] = [data.u16(146), data.u16(148), data.u16(150)];
  return ({ state }) => {
    const others = (asked & ~STATE) === 0 ? true : undefined;
    const holds = (asked & STATE) === 0 ? true : inverted((state & states) !== 0, (invert & STATE) !== 0);
    return all([holds, others]);
  };
}

function addressType(data: Bytes): Condition {
  const LOCAL = 1 << 2;
  const [INVERT_SOURCE, INVERT_DESTINATION] = [1, 2];
  const [source, destination, flags] = [data.u16(0), data.u16(2), data.u32(4)];
  return ({ local }) =>
    all([
      source === 0 ? true : inverted(undefined, (flags & INVERT_SOURCE) !== 0),
      destination === 0
        ? true
        : destination === LOCAL
          ? inverted(local, (flags & INVERT_DESTINATION) !== 0)
          : undefined,
    ]);
}

/** What a target does; `standard` is the one without a name. */
export function xtTarget(name: string, revision: number, bytes: Uint8Array): Action {
  switch (name) {
    case 'REJECT':
      return { does: 'drop' };
    case 'DNAT':
    case 'REDIRECT':
    case 'TPROXY':
      return { does: 'dnat' };
    case 'SNAT':
    case 'MASQUERADE':
      return { does: 'snat' };
    case 'MARK':
      return revision === 2 ? mark(new Bytes(bytes)) : { does: 'unknown' };
    case 'NFQUEUE':
    case 'QUEUE':
      return { does: 'unknown' };
    default:
      // LOG, CT, TCPMSS, CHECKSUM, CONNMARK, …: the next rule follows.
      return { does: 'continue' };
  }
}

function mark(data: Bytes): Action {
  const [value, mask] = [data.u32(0), data.u32(4)];
  return { does: 'mark', change: (before) => ((before & ~mask) ^ value) >>> 0 };
}
