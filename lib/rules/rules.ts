/** Tables as text: the rules that ipvsadm saves and restores. */

import { invalidType } from '../errors/argument';
import type { Command } from '../model/command';
import type { Destination } from '../model/destination';
import type { Service } from '../model/service';

const grammar = () => require('./rule-text') as typeof import('./rule-text');

/** A line of a rule file that says nothing `batch` could do. */
export class RulesError extends SyntaxError {
  override readonly name = 'RulesError';
  readonly code = 'ERR_IPVS_RULES';
  /** Counted from 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

/**
 * The commands of a rule file, ready for `batch`: lines of ipvsadm's options, blank lines and `#` comments. Hosts
 * are addresses, ports may be names. Throws `RulesError` at the first line that is no change of the table.
 */
export function parseRules(text: string): Command[] {
  if (typeof text !== 'string') throw invalidType('text', 'a string', text);
  const { Hosts, readRules } = grammar();
  return readRules(text, new Hosts()).map(({ number, command, line, error }) => {
    if (command !== undefined) return command;
    throw new RulesError(number, error?.message ?? `'${line?.command}' does not change the table`);
  });
}

/** The rules that make a table, as `ipvsadm -S -n` prints them. */
export function formatRules(table: ReadonlyArray<Service & { destinations: Destination[] }>): string {
  if (!Array.isArray(table)) throw invalidType('table', 'an array of services with destinations', table);
  return grammar().formatRuleLines(table);
}
