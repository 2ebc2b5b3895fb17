/** A rule of nf_tables: expressions that load values of the packet into registers, and compare them. */

import { Bytes, u32 } from '../network/netlink';
import { addressOf } from '../network/rtnetlink';
import type { NftSet } from './nft-set';
import { readVerdict } from './nft-verdict';
import { type Packet, part } from './packet';
import { type Action, type Condition, inverted, type Maybe, type Rule } from './rules';
import { xtMatch, xtTarget } from './xt-extensions';

/** What a register holds of a packet: its bytes, where they are known. */
interface Load {
  value(packet: Packet): Uint8Array | undefined;
  /** What it is of, where that matters. */
  of?: 'interface' | 'destination';
  /** Where the same is loaded of every packet. */
  constant?: Uint8Array;
}

const UNKNOWN: Load = { value: () => undefined };

type Attributes = Map<number, Bytes>;

/** The registers' offsets: four of 16 bytes from 1 on, sixteen of 4 bytes in the same place from 8 on. */
function offsetOf(register: number): number {
  return register >= 8 ? (register - 8) * 4 : (register - 1) * 16;
}

export class NftRule {
  readonly #setNamed: (name: string) => NftSet | undefined;
  readonly #registers = new Map<number, Load>();
  readonly #conditions: Condition[] = [];
  readonly #actions: Action[] = [];
  #destination: string | undefined;

  constructor(setNamed: (name: string) => NftSet | undefined) {
    this.#setNamed = setNamed;
  }

  /** One for each thing that it does. */
  inParts(name: string): Rule[] {
    return this.#actions.map((action) => ({
      conditions: this.#conditions,
      action,
      name,
      ...(this.#destination && { destination: this.#destination }),
    }));
  }

  read(expressions: Bytes | undefined): void {
    for (const [, expression] of expressions?.list() ?? []) {
      const attributes = expression.attributes();
      this.#expression(attributes.get(1)?.text() ?? '', attributes.get(2)?.attributes() ?? new Map());
    }
  }

  #expression(name: string, data: Attributes): void {
    switch (name) {
      case 'immediate':
        this.#immediate(data);
        return;
      case 'payload':
        this.#load(data.get(1), payload(data));
        return;
      case 'meta':
        this.#meta(data);
        return;
      case 'ct':
        this.#load(data.get(1), data.get(2)?.be32() === 0 ? STATE : UNKNOWN);
        return;
      case 'fib':
        this.#load(data.get(1), fib(data));
        return;
      case 'bitwise':
        this.#bitwise(data);
        return;
      case 'cmp':
        this.#compare(data);
        return;
      case 'range':
        this.#range(data);
        return;
      case 'lookup':
        this.#lookup(data);
        return;
      case 'match':
        this.#conditions.push(
          xtMatch(data.get(1)?.text() ?? '', data.get(2)?.be32() ?? 0, bytesOf(data.get(3))),
        );
        return;
      case 'target':
        this.#actions.push(
          xtTarget(data.get(1)?.text() ?? '', data.get(2)?.be32() ?? 0, bytesOf(data.get(3))),
        );
        return;
      case 'nat':
        this.#actions.push({ does: data.get(1)?.be32() === 1 ? 'dnat' : 'snat' });
        return;
      case 'redir':
      case 'tproxy':
        this.#actions.push({ does: 'dnat' });
        return;
      case 'masq':
        this.#actions.push({ does: 'snat' });
        return;
      case 'reject':
        this.#actions.push({ does: 'drop' });
        return;
      case 'queue':
        this.#actions.push({ does: 'unknown' });
        return;
      case 'counter':
      case 'log':
      case 'notrack':
      case 'objref':
      case 'last':
      case 'dup':
      case 'byteorder':
        return;
      default:
        // limit, quota, connlimit, socket, osf, …: it goes on, or does not.
        this.#conditions.push(() => undefined);
        this.#load(data.get(1), UNKNOWN);
    }
  }

  #load(register: Bytes | undefined, load: Load): void {
    if (register?.length === 4) this.#registers.set(offsetOf(register.be32()), load);
  }

  #register(register: Bytes | undefined): Load {
    return (register && this.#registers.get(offsetOf(register.be32()))) ?? UNKNOWN;
  }

  #immediate(data: Attributes): void {
    const [VALUE, VERDICT] = [1, 2];
    const content = data.get(2)?.attributes();
    const verdict = content?.get(VERDICT);
    if (verdict !== undefined) this.#actions.push(readVerdict(verdict));
    const constant = content?.get(VALUE)?.bytes;
    if (constant !== undefined) this.#load(data.get(1), { value: () => constant, constant });
  }

  #meta(data: Attributes): void {
    const [DREG, KEY, SREG] = [1, 2, 3];
    const MARK = 3;
    const key = data.get(KEY)?.be32() ?? -1;
    const source = data.get(SREG);
    if (source === undefined) this.#load(data.get(DREG), META[key] ?? UNKNOWN);
    const constant = key === MARK && source !== undefined ? this.#register(source).constant : undefined;
    if (constant !== undefined) {
      const mark = new Bytes(constant).u32();
      this.#actions.push({ does: 'mark', change: () => mark });
    }
  }

  #bitwise(data: Attributes): void {
    const [SREG, DREG, MASK, XOR] = [1, 2, 4, 5];
    const before = this.#register(data.get(SREG));
    const mask = dataOf(data.get(MASK));
    const xor = dataOf(data.get(XOR));
    const value = (packet: Packet) =>
      before.value(packet)?.map((byte, n) => (byte & (mask?.[n] ?? 0)) ^ (xor?.[n] ?? 0));
    // Shifts, and operations with a second register, have none.
    this.#load(data.get(DREG), mask === undefined || xor === undefined ? UNKNOWN : { value });
  }

  #compare(data: Attributes): void {
    const [SREG, OP, DATA] = [1, 2, 3];
    const load = this.#register(data.get(SREG));
    const asked = dataOf(data.get(DATA));
    const op = data.get(OP)?.be32() ?? 0;
    if (asked === undefined) {
      this.#conditions.push(() => undefined);
      return;
    }
    if (load.of === 'destination' && op === 0) this.#destination = addressOf(new Bytes(asked));
    this.#conditions.push((packet) => compare(load, packet, op, asked));
  }

  #range(data: Attributes): void {
    const [SREG, OP, FROM, TO] = [1, 2, 3, 4];
    const load = this.#register(data.get(SREG));
    const [from, to] = [dataOf(data.get(FROM)), dataOf(data.get(TO))];
    this.#conditions.push((packet) => {
      const value = load.value(packet);
      if (value === undefined || from === undefined || to === undefined) return undefined;
      const within = Buffer.compare(value, from) >= 0 && Buffer.compare(value, to) <= 0;
      return inverted(within, data.get(OP)?.be32() === 1);
    });
  }

  #lookup(data: Attributes): void {
    const [SET, SREG, DREG, FLAGS] = [1, 2, 3, 5];
    const set = this.#setNamed(data.get(SET)?.text() ?? '');
    const first = offsetOf(data.get(SREG)?.be32() ?? 1);
    const loads = new Map(this.#registers);
    const value = (packet: Packet) => (set ? joined(loads, first, set.size, packet) : undefined);
    const target = data.get(DREG);
    if (target?.be32() === 0) {
      this.#actions.push({ does: 'map', choose: (packet) => set?.choose(value(packet)) });
      return;
    }
    this.#conditions.push((packet) => {
      const found = value(packet);
      const has = found === undefined ? undefined : set?.has(found);
      return inverted(has, ((data.get(FLAGS)?.be32() ?? 0) & 1) !== 0);
    });
    if (target !== undefined) this.#load(target, UNKNOWN);
  }
}

function bytesOf(value: Bytes | undefined): Uint8Array {
  return value?.bytes ?? new Uint8Array(256);
}

function dataOf(data: Bytes | undefined): Uint8Array | undefined {
  return data?.attributes().get(1)?.bytes;
}

/** The bytes of a key that several registers may hold, each from a multiple of 4. */
function joined(
  loads: ReadonlyMap<number, Load>,
  first: number,
  size: number,
  packet: Packet,
): Uint8Array | undefined {
  const key = new Uint8Array(size);
  for (let at = 0; at < size; ) {
    const value = loads.get(first + at)?.value(packet);
    if (value === undefined) return undefined;
    key.set(value.subarray(0, size - at), at);
    at += (Math.max(value.length, 1) + 3) & ~3;
  }
  return key;
}

function payload(data: Attributes): Load {
  const [BASE, OFFSET, LENGTH] = [2, 3, 4];
  const [NETWORK, TRANSPORT] = [1, 2];
  const base = data.get(BASE)?.be32();
  const [offset, length] = [data.get(OFFSET)?.be32() ?? 0, data.get(LENGTH)?.be32() ?? 0];
  if (base === TRANSPORT) return { value: ({ transport }) => part(transport, offset, length) };
  if (base !== NETWORK) return UNKNOWN;
  const isDestination = (offset === 16 && length === 4) || (offset === 24 && length === 16);
  const value = ({ network }: Packet) => part(network, offset, length);
  return isDestination ? { value, of: 'destination' } : { value };
}

/** By the key's number. */
const META: Record<number, Load> = {
  3: { value: ({ mark }) => u32(mark) },
  6: { value: (packet) => interfaceName(packet.in), of: 'interface' },
  7: { value: (packet) => interfaceName(packet.out), of: 'interface' },
  15: { value: ({ family }) => Uint8Array.of(family === 'ipv4' ? 2 : 10) },
  16: { value: ({ protocol }) => Uint8Array.of(protocol) },
};

const STATE: Load = { value: ({ state }) => u32(state) };

function interfaceName(name: string | undefined): Uint8Array | undefined {
  return name === undefined ? undefined : Buffer.alloc(16).fill(name, 0, name.length);
}

/** Only whether an address is this machine's own. */
function fib(data: Attributes): Load {
  const [RESULT, FLAGS] = [2, 3];
  const [TYPE, DESTINATION] = [3, 2];
  const [UNICAST, LOCAL] = [1, 2];
  const isAsked = data.get(RESULT)?.be32() === TYPE && data.get(FLAGS)?.be32() === DESTINATION;
  return isAsked ? { value: ({ local }) => u32(local ? LOCAL : UNICAST) } : UNKNOWN;
}

function compare(load: Load, packet: Packet, op: number, asked: Uint8Array): Maybe {
  const value = load.value(packet)?.subarray(0, asked.length);
  if (load.of === 'interface') return compareInterface(value, op, asked);
  if (value === undefined) return undefined;
  const order = Buffer.compare(value, asked);
  return [order === 0, order !== 0, order < 0, order <= 0, order > 0, order >= 0][op];
}

/** A packet of another machine never comes by `lo`; of others it is not sure by which it comes. */
function compareInterface(value: Uint8Array | undefined, op: number, asked: Uint8Array): Maybe {
  const isSame = value !== undefined && Buffer.compare(value, asked) === 0;
  const isLoopback = new Bytes(asked).text() === 'lo' && asked.length > 2;
  const is = isSame ? true : isLoopback ? false : undefined;
  return inverted(is, op === 1);
}
