/**
 * The firewall room: the rules of nf_tables and of the older xtables (iptables-legacy) in one form, and what they do with a
 * packet. A rule that asks for something that is not known of the packet may match or not, and so may one that this does
 * not understand.
 */

import type { Packet } from './packet';

/** `undefined`: it may or may not be so. */
export type Maybe = boolean | undefined;

export type Condition = (packet: Packet) => Maybe;

/** What a rule does with a packet that it matches. */
export type Action =
  | { does: 'accept' | 'drop' | 'return' | 'continue' | 'dnat' | 'snat' }
  /** Hands it to a program, or does what this does not understand. */
  | { does: 'unknown' }
  | { does: 'jump' | 'goto'; chain: string }
  | { does: 'mark'; change(mark: number): number }
  /** By a value of the packet. */
  | { does: 'map'; choose(packet: Packet): Action | undefined };

export interface Rule {
  conditions: readonly Condition[];
  action: Action;
  /** As a user would find it again: `rule 3 of chain INPUT, table filter`. */
  name: string;
  /** The one address that its packets are for, where it names one. */
  destination?: string;
}

export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

/** Rules in a row. */
export interface Chain {
  /** Whose it is: `iptables` for `iptables-legacy`, `nft` for nf_tables, which iptables-nft uses, too. */
  program: 'nft' | 'iptables-legacy' | 'ip6tables-legacy';
  table: string;
  name: string;
  /** The packets that pass it; `undefined` for both families. */
  family: 'ipv4' | 'ipv6' | undefined;
  /** Where the kernel calls it; nothing for one that rules jump to. */
  hook?: { name: Hook; priority: number };
  policy: 'accept' | 'drop';
  rules: Rule[];
}

/** What becomes of a packet in a hook's chains. */
export interface Fate {
  verdict: 'accept' | 'drop' | 'dnat' | 'snat';
  /** Whether it is sure; otherwise a rule before may have accepted it. */
  certain: boolean;
  /** The rule or policy. */
  by: string;
  /** Who has it. */
  chain?: Chain;
}

/** A chain's outcome for a packet; `fall` is its end without a verdict. */
type Outcome = { verdict: Fate['verdict'] | 'fall'; by: string };

const MOST_JUMPS = 16;

export class Firewall {
  readonly #chains: readonly Chain[];
  readonly #named = new Map<string, Chain>();

  constructor(chains: readonly Chain[]) {
    this.#chains = chains;
    for (const chain of chains) this.#named.set(keyOf(chain, chain.name), chain);
  }

  /**
   * What the chains of a hook do with a packet before its priority reaches `before`. A mark that they give it stays on it.
   */
  fate(hook: Hook, packet: Packet, before = Number.POSITIVE_INFINITY): Fate {
    const chains = this.#chains
      .filter((chain) => chain.family === undefined || chain.family === packet.family)
      .filter((chain) => chain.hook?.name === hook && chain.hook.priority < before)
      .sort((a, b) => (a.hook?.priority ?? 0) - (b.hook?.priority ?? 0));
    for (const chain of chains) {
      const walk = new Walk(this.#named, packet);
      const { verdict, by } = walk.through(chain);
      if (verdict !== 'accept' && verdict !== 'fall') return { verdict, certain: walk.certain, by, chain };
    }
    return { verdict: 'accept', certain: true, by: '' };
  }

  /** Whether a rule gives packets this mark. */
  marks(mark: number): boolean {
    return this.#marking(mark).length > 0;
  }

  /** The addresses whose packets get this mark, as far as rules name them. */
  markedDestinations(mark: number): string[] {
    const named = this.#marking(mark).flatMap(({ destination }) => destination ?? []);
    return [...new Set(named)];
  }

  #marking(mark: number): Rule[] {
    const sets = ({ action }: Rule) => action.does === 'mark' && action.change(0) === mark;
    return this.#chains.flatMap(({ rules }) => rules.filter(sets));
  }
}

function keyOf({ program, table, family }: Chain, name: string): string {
  return `${program} ${family} ${table} ${name}`;
}

/** One packet's way through a hook's chain, and those that it jumps to. */
class Walk {
  /** False once a rule may have accepted it. */
  certain = true;
  readonly #chains: ReadonlyMap<string, Chain>;
  readonly #packet: Packet;
  #jumps = 0;

  constructor(chains: ReadonlyMap<string, Chain>, packet: Packet) {
    this.#chains = chains;
    this.#packet = packet;
  }

  through(chain: Chain): Outcome {
    for (const rule of chain.rules) {
      const matches = all(rule.conditions, this.#packet);
      if (matches === false) continue;
      const outcome = this.#carryOut(rule.action, rule, chain, matches === true);
      if (outcome !== undefined) return outcome;
    }
    const by = `the policy of chain ${chain.name} in table ${chain.table}`;
    return { verdict: chain.hook === undefined ? 'fall' : chain.policy, by };
  }

  /** Nothing where the next rule follows. */
  #carryOut(action: Action, rule: Rule, chain: Chain, sure: boolean): Outcome | undefined {
    switch (action.does) {
      case 'continue':
        return undefined;
      case 'map': {
        const chosen = action.choose(this.#packet);
        if (chosen !== undefined) return this.#carryOut(chosen, rule, chain, sure);
        return undefined;
      }
      case 'mark':
        if (sure) this.#packet.mark = action.change(this.#packet.mark);
        return undefined;
      case 'unknown':
        this.certain = false;
        return undefined;
      case 'jump':
      case 'goto':
        return this.#jump(action, chain, sure);
      case 'drop':
      case 'dnat':
        // What only may be dropped is no finding: rules that limit rates drop, too.
        return sure ? { verdict: action.does, by: rule.name } : undefined;
      case 'return':
        if (sure) return { verdict: chain.hook === undefined ? 'fall' : chain.policy, by: rule.name };
        this.certain = false;
        return undefined;
      case 'accept':
      case 'snat':
        if (sure) return { verdict: action.does, by: rule.name };
        this.certain = false;
        return undefined;
    }
  }

  #jump(action: { does: 'jump' | 'goto'; chain: string }, from: Chain, sure: boolean): Outcome | undefined {
    const chain = this.#chains.get(keyOf(from, action.chain));
    if (chain === undefined || ++this.#jumps > MOST_JUMPS) {
      this.certain = false;
      return undefined;
    }
    if (!sure) {
      // Whatever the chain does may happen or not.
      this.certain = false;
      return undefined;
    }
    const outcome = this.through(chain);
    if (outcome.verdict !== 'fall') return outcome;
    if (action.does === 'jump') return undefined;
    return { verdict: from.hook === undefined ? 'fall' : from.policy, by: outcome.by };
  }
}

/** Whether all hold: false where one does not, `undefined` where one may not. */
export function all(conditions: readonly Condition[], packet: Packet): Maybe {
  let result: Maybe = true;
  for (const condition of conditions) {
    const holds = condition(packet);
    if (holds === false) return false;
    if (holds === undefined) result = undefined;
  }
  return result;
}

/** `not` where it is inverted. */
export function inverted(value: Maybe, invert: boolean): Maybe {
  return value === undefined ? undefined : value !== invert;
}
