/** Tables as text: the rules that ipvsadm saves and restores. */

import type { Command } from '../model/command';
import type { Destination } from '../model/destination';
import type { Service } from '../model/service';

const argument = () => require('../errors/argument') as typeof import('../errors/argument');
const grammar = () => require('./rule-text') as typeof import('./rule-text');

/** A line of a rule file that is invalid, or does not change the table. */
export class RulesError extends SyntaxError {
  /** Always `RulesError`. */
  override readonly name = 'RulesError';
  /** Always `ERR_IPVS_RULES`. */
  readonly code = 'ERR_IPVS_RULES';
  /** The number of the line, counted from 1. */
  readonly line: number;

  /** For doubles in tests: the library makes its own. */
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

/**
 * Reads a rule file, as `ipvsadm -S` writes it, into commands for `batch`. Blank lines, `#` comments and a byte-order mark
 * are skipped. Hosts must be addresses; ports may be names from /etc/services. Throws a `RulesError` for the first line
 * that is invalid or does not change the table.
 */
export function parseRules(text: string): Command[] {
  if (typeof text !== 'string') throw argument().invalidType('text', 'a string', text);
  const { Hosts, readRules } = grammar();
  return readRules(text, new Hosts()).map(({ number, command, line, error }) => {
    if (command !== undefined) return command;
    throw new RulesError(number, error?.message ?? `'${line?.command}' does not change the table`);
  });
}

/** The rules that restore a table, as `ipvsadm -S -n` prints them. Lines end with a newline each. */
export function formatRules(table: ReadonlyArray<Service & { destinations: Destination[] }>): string {
  if (!Array.isArray(table))
    throw argument().invalidType('table', 'an array of services with destinations', table);
  const { formatRow, inOrder } = grammar();
  return inOrder(table)
    .map((row) => formatRow(row))
    .join('');
}
