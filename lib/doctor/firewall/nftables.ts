/** The rules of nf_tables, which nft and iptables-nft write: linux/netfilter/nf_tables.h. */

import type { Inspection } from '../network/inspection';
import { type Bytes, type Message, NETLINK_NETFILTER, NLM_F_DUMP, type Question } from '../network/netlink';
import { NftRule } from './nft-rule';
import { NftSet } from './nft-set';
import type { Chain, Hook } from './rules';

const WHAT = "nftables' rules";
const SUBSYSTEM = 10 << 8;
const GET_CHAIN = SUBSYSTEM | 4;
const GET_RULE = SUBSYSTEM | 7;
const GET_SET = SUBSYSTEM | 10;
const GET_SET_ELEMENTS = SUBSYSTEM | 13;
const HEAD_BYTES = 4;

const FAMILIES = new Map<number, Chain['family']>([
  [1, undefined],
  [2, 'ipv4'],
  [10, 'ipv6'],
]);

const HOOKS: readonly Hook[] = ['prerouting', 'input', 'forward', 'output', 'postrouting'];

/** The chains of every table, but for those of bridges and single interfaces. */
export async function readNftables(inspection: Inspection): Promise<Chain[]> {
  if (!(await isThere(inspection))) return [];
  const chains = new Map<string, Chain>();
  for (const message of await dump(inspection, GET_CHAIN)) {
    const chain = readChain(message);
    if (chain !== undefined) chains.set(nameOf(message, 1, 3), chain);
  }
  if (chains.size === 0) return [];
  const sets = await readSets(inspection);
  for (const message of await dump(inspection, GET_RULE)) {
    const chain = chains.get(nameOf(message, 1, 2));
    if (chain === undefined) continue;
    const [table] = namesOf(message, 1, 2);
    const rule = new NftRule((name) => sets.get(`${familyOf(message)} ${table} ${name}`));
    const handle = message.body.attributes(HEAD_BYTES).get(3);
    rule.read(message.body.attributes(HEAD_BYTES).get(4));
    const name = `the rule with handle ${handle?.be32(4) ?? '?'} of chain ${chain.name} in table ${chain.table}`;
    chain.rules.push(...rule.inParts(name));
  }
  return [...chains.values()];
}

/** To ask a kernel that has not loaded it would load it. */
async function isThere(inspection: Inspection): Promise<boolean> {
  const [modules, release] = ['/proc/modules', '/proc/sys/kernel/osrelease'];
  const files = await inspection.files(WHAT, [modules, release]);
  const loaded = files.get(modules);
  if (loaded === undefined || /^nf_tables /m.test(loaded)) return true;
  const builtIn = `/lib/modules/${files.get(release)}/modules.builtin`;
  return /\/nf_tables\.ko/.test((await inspection.files(WHAT, [builtIn])).get(builtIn) ?? '');
}

function dump(inspection: Inspection, type: number): Promise<Message[]> {
  return inspection.dump(WHAT, NETLINK_NETFILTER, {
    type,
    flags: NLM_F_DUMP,
    head: new Uint8Array(HEAD_BYTES),
  });
}

function familyOf({ body }: Message): number {
  return body.u8(0);
}

function namesOf({ body }: Message, ...types: number[]): string[] {
  const attributes = body.attributes(HEAD_BYTES);
  return types.map((type) => attributes.get(type)?.text() ?? '');
}

function nameOf(message: Message, ...types: number[]): string {
  return [familyOf(message), ...namesOf(message, ...types)].join(' ');
}

function readChain(message: Message): Chain | undefined {
  if (!FAMILIES.has(familyOf(message))) return undefined;
  const [NAME, TABLE, HOOK, POLICY] = [3, 1, 4, 5];
  const attributes = message.body.attributes(HEAD_BYTES);
  const hook = attributes.get(HOOK)?.attributes();
  const name = HOOKS[hook?.get(1)?.be32() ?? -1];
  // Of an interface alone: IPVS comes later.
  if (hook !== undefined && name === undefined) return undefined;
  return {
    program: 'nft',
    table: attributes.get(TABLE)?.text() ?? '',
    name: attributes.get(NAME)?.text() ?? '',
    family: FAMILIES.get(familyOf(message)),
    ...(name && { hook: { name, priority: (hook?.get(2)?.be32() ?? 0) | 0 } }),
    policy: attributes.get(POLICY)?.be32() === 0 ? 'drop' : 'accept',
    rules: [],
  };
}

async function readSets(inspection: Inspection): Promise<Map<string, NftSet>> {
  const messages = await dump(inspection, GET_SET);
  const sets = new Map<string, NftSet>();
  const questions = messages.map((message): Question => {
    const [table, name] = namesOf(message, 1, 2);
    const attributes: [number, Uint8Array][] = [
      [1, Buffer.from(`${table}\0`)],
      [2, Buffer.from(`${name}\0`)],
    ];
    const head = Uint8Array.of(familyOf(message), 0, 0, 0);
    return { type: GET_SET_ELEMENTS, flags: NLM_F_DUMP, head, attributes };
  });
  const answers = await inspection.ask(WHAT, NETLINK_NETFILTER, questions);
  for (const [index, message] of messages.entries()) {
    const set = new NftSet(message.body.attributes(HEAD_BYTES));
    for (const { body } of answers[index]?.messages ?? []) {
      for (const [, element] of body.attributes(HEAD_BYTES).get(3)?.list() ?? []) set.add(element as Bytes);
    }
    sets.set(nameOf(message, 1, 2), set);
  }
  return sets;
}
