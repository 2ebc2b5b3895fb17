/** The rules of iptables-legacy and ip6tables-legacy, by the socket options that those programs use. */

import { AF_INET, AF_INET6 } from '../../model/address';
import type { Inspection } from '../network/inspection';
import { Bytes } from '../network/netlink';
import { addressOf } from '../network/rtnetlink';
import { destinationOf, type Packet, sourceOf } from './packet';
import type { Action, Chain, Condition, Hook, Maybe, Rule } from './rules';
import { inverted } from './rules';
import { xtMatch, xtTarget } from './xt-extensions';

const SO_GET_INFO = 64;
const SO_GET_ENTRIES = 65;
const TABLE_NAME_BYTES = 32;
const INFO_BYTES = 84;
const HOOKS: readonly Hook[] = ['prerouting', 'input', 'forward', 'output', 'postrouting'];

/** The kernel's priorities of the tables, by hook where they differ: linux/netfilter_ipv4.h. */
const PRIORITIES: Record<string, (hook: Hook) => number> = {
  raw: () => -300,
  mangle: () => -150,
  nat: (hook) => (hook === 'prerouting' || hook === 'output' ? -100 : 100),
  filter: () => 0,
  security: () => 50,
};

/** Where a family's structures have what. */
interface Layout {
  program: Chain['program'];
  family: 'ipv4' | 'ipv6';
  number: number;
  level: number;
  /** The tables that there are; to ask for another would make it. */
  names: string;
  addressBytes: number;
  interfaces: number;
  protocol: number;
  /** The flag that makes a goto of a jump; where both flags are, and where the offsets of target and next rule. */
  goto: number;
  flags: number;
  inverse: number;
  targetOffset: number;
  nextOffset: number;
  entryBytes: number;
  /** Whether the protocol counts where it is given: always for IPv4. */
  protocolFlag: number;
}

const IPV4: Layout = {
  program: 'iptables-legacy',
  family: 'ipv4',
  number: AF_INET,
  level: 0,
  names: '/proc/thread-self/net/ip_tables_names',
  addressBytes: 4,
  interfaces: 16,
  protocol: 80,
  flags: 82,
  inverse: 83,
  goto: 2,
  targetOffset: 88,
  nextOffset: 90,
  entryBytes: 112,
  protocolFlag: 0,
};

const IPV6: Layout = {
  program: 'ip6tables-legacy',
  family: 'ipv6',
  number: AF_INET6,
  level: 41,
  names: '/proc/thread-self/net/ip6_tables_names',
  addressBytes: 16,
  interfaces: 64,
  protocol: 128,
  flags: 131,
  inverse: 132,
  goto: 4,
  targetOffset: 140,
  nextOffset: 142,
  entryBytes: 168,
  protocolFlag: 1,
};

/** The chains of every table that this namespace has. */
export async function readXtables(inspection: Inspection): Promise<Chain[]> {
  const what = "iptables-legacy's rules";
  const names = await inspection.files(what, [IPV4.names, IPV6.names]);
  const chains: Chain[] = [];
  for (const layout of [IPV4, IPV6]) {
    for (const table of (names.get(layout.names) ?? '').split('\n').filter(Boolean)) {
      const question = named(table, INFO_BYTES);
      const info = await inspection.option(what, layout.number, layout.level, SO_GET_INFO, question);
      if (info === undefined) continue;
      const size = new Bytes(info).u32(80);
      // The entries begin at a multiple of 8.
      const entries = named(table, ENTRIES_AT + size);
      new Uint32Array(entries.buffer)[TABLE_NAME_BYTES / 4] = size;
      const answer = await inspection.option(what, layout.number, layout.level, SO_GET_ENTRIES, entries);
      if (answer === undefined) continue;
      chains.push(...readTable(layout, table, new Bytes(info), new Bytes(answer.subarray(ENTRIES_AT))));
    }
  }
  return chains;
}

const ENTRIES_AT = 40;

function named(table: string, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  bytes.set(Buffer.from(table, 'latin1'));
  return bytes;
}

interface Entry {
  offset: number;
  conditions: Condition[];
  target: { name: string; revision: number; data: Uint8Array };
  isGoto: boolean;
  destination: string | undefined;
}

function readTable(layout: Layout, table: string, info: Bytes, bytes: Bytes): Chain[] {
  const { program, family } = layout;
  const entries = readEntries(layout, bytes);
  const heads = entries.filter(({ target }) => target.name === 'ERROR');
  /** By the offset of the first rule: where jumps go. */
  const userChains = new Map<number, string>();
  for (const head of heads) {
    const first = entries[entries.indexOf(head) + 1];
    if (first !== undefined) userChains.set(first.offset, new Bytes(head.target.data).text());
  }
  const rulesOf = (chain: string, between: Entry[]): Rule[] =>
    between.map((entry, index) => ({
      conditions: entry.conditions,
      action: actionOf(entry, userChains),
      name: `rule ${index + 1} of chain ${chain} in table ${table}`,
      ...(entry.destination && { destination: entry.destination }),
    }));
  const chains: Chain[] = [];
  const valid = info.u32(32);
  for (const [number, hook] of HOOKS.entries()) {
    if ((valid & (1 << number)) === 0) continue;
    const [first, last] = [info.u32(36 + 4 * number), info.u32(56 + 4 * number)];
    const between = entries.filter(({ offset }) => offset >= first && offset < last);
    const end = entries.find(({ offset }) => offset === last);
    const name = hook.toUpperCase();
    chains.push({
      program,
      table,
      family,
      name,
      hook: { name: hook, priority: PRIORITIES[table]?.(hook) ?? 0 },
      policy: end && actionOf(end, userChains).does === 'drop' ? 'drop' : 'accept',
      rules: rulesOf(name, between),
    });
  }
  for (const [first, name] of userChains) {
    const next = heads.find(({ offset }) => offset > first)?.offset ?? bytes.length;
    const between = entries.filter(({ offset }) => offset >= first && offset < next);
    chains.push({ program, table, family, name, policy: 'accept', rules: rulesOf(name, between) });
  }
  return chains;
}

function readEntries(layout: Layout, bytes: Bytes): Entry[] {
  const entries: Entry[] = [];
  for (let offset = 0; offset + layout.entryBytes <= bytes.length; ) {
    const entry = new Bytes(bytes.slice(offset));
    const [target, next] = [entry.u16(layout.targetOffset), entry.u16(layout.nextOffset)];
    if (next < layout.entryBytes || target + 32 > next) break;
    entries.push({
      offset,
      conditions: [
        (packet) => matchesHeader(layout, entry, packet),
        ...matchesOf(entry, layout.entryBytes, target),
      ],
      target: extension(entry, target),
      destination: oneDestination(layout, entry),
      isGoto: (entry.u8(layout.flags) & layout.goto) !== 0,
    });
    offset += next;
  }
  return entries;
}

/** The address that a rule is for, where it is for one alone. */
function oneDestination({ addressBytes: size, inverse }: Layout, entry: Bytes): string | undefined {
  const mask = entry.slice(3 * size, 4 * size);
  const isOne = mask.every((byte) => byte === 255) && (entry.u8(inverse) & 16) === 0;
  return isOne ? addressOf(new Bytes(entry.slice(size, 2 * size))) : undefined;
}

/** A match or target: its size, name and revision, then its data. */
function extension(entry: Bytes, at: number): Entry['target'] {
  const size = entry.u16(at);
  return { name: entry.text(at + 2, 29), revision: entry.u8(at + 31), data: entry.slice(at + 32, at + size) };
}

function matchesOf(entry: Bytes, from: number, to: number): Condition[] {
  const conditions: Condition[] = [];
  for (let at = from; at + 32 <= to && entry.u16(at) >= 32; at += entry.u16(at)) {
    const { name, revision, data } = extension(entry, at);
    conditions.push(xtMatch(name, revision, data));
  }
  return conditions;
}

/** What every rule asks: addresses, interfaces, the protocol. */
function matchesHeader(layout: Layout, entry: Bytes, packet: Packet): Maybe {
  const { addressBytes: size, interfaces, protocol, protocolFlag } = layout;
  const inverse = entry.u8(layout.inverse);
  const asked = entry.u16(protocol);
  const isProtocolAsked = protocolFlag === 0 ? asked !== 0 : (entry.u8(layout.flags) & protocolFlag) !== 0;
  const answers: Maybe[] = [
    inverted(masked(sourceOf(packet), entry, 0, 2 * size, size), (inverse & 8) !== 0),
    inverted(masked(destinationOf(packet), entry, size, 3 * size, size), (inverse & 16) !== 0),
    inverted(interfaceIs(packet.in, entry, interfaces), (inverse & 1) !== 0),
    inverted(interfaceIs(packet.out, entry, interfaces + 16), (inverse & 2) !== 0),
    !isProtocolAsked || inverted(packet.protocol === asked, (inverse & 64) !== 0),
  ];
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

function masked(value: Uint8Array | undefined, entry: Bytes, at: number, mask: number, size: number): Maybe {
  const bits = entry.slice(mask, mask + size);
  if (bits.every((byte) => byte === 0)) return true;
  if (value === undefined) return undefined;
  return value.every((byte, n) => (byte & (bits[n] as number)) === entry.u8(at + n));
}

/** An interface's name with its mask, which is shorter for `eth+`. */
function interfaceIs(name: string | undefined, entry: Bytes, at: number): Maybe {
  const asked = entry.text(at, 16);
  if (asked === '') return true;
  const isWhole = entry.u8(at + 32 + asked.length) !== 0;
  return nameIs(name, asked, isWhole);
}

/** A packet of another machine never comes by the loopback interface; of others it may not be known. */
export function nameIs(name: string | undefined, asked: string, isWhole: boolean): Maybe {
  if (name !== undefined && (isWhole ? name === asked : name.startsWith(asked))) return true;
  return asked === 'lo' && isWhole ? false : undefined;
}

function actionOf({ target, isGoto }: Entry, userChains: ReadonlyMap<number, string>): Action {
  if (target.name !== '') return xtTarget(target.name, target.revision, target.data);
  const verdict = new Bytes(target.data).i32();
  const [DROP, ACCEPT, RETURN] = [-1, -2, -5];
  if (verdict === DROP) return { does: 'drop' };
  if (verdict === ACCEPT) return { does: 'accept' };
  if (verdict === RETURN) return { does: 'return' };
  const chain = userChains.get(verdict);
  if (verdict < 0) return { does: 'unknown' };
  // A rule without a target goes on to the next.
  if (chain === undefined) return { does: 'continue' };
  return { does: isGoto ? 'goto' : 'jump', chain };
}
