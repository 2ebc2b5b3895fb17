/** Rule files: one command line to a line. */

import type { Command } from '../../types';
import { commandOf } from './command';
import { CommandLineError, Status } from './error';
import { type Hosts, UnresolvedHost } from './hosts';
import type { Line } from './line';
import { parse } from './parse';

/** A line of a file that asks for something: what, or why that cannot be said. */
export interface Rule {
  /** Counted from 1. */
  number: number;
  /** What it changes of the table. */
  command?: Command;
  /** What else it asks for. */
  line?: Line;
  error?: CommandLineError | UnresolvedHost;
}

/** Not in a file: the first would read the file itself, the others have nothing to do with a table. */
const NOT_IN_FILES = new Set(['restore', 'help', 'version']);

const OTHER_BLANKS = /[\t\r]/g;

/** Blank lines and comments ask for nothing. */
export function readRules(text: string, hosts: Hosts): Rule[] {
  const rules: Rule[] = [];
  const rows = text.replaceAll(OTHER_BLANKS, ' ');
  let number = 0;
  for (let start = 0; start < rows.length; ) {
    const newline = rows.indexOf('\n', start);
    const end = newline < 0 ? rows.length : newline;
    const words = wordsOf(rows.slice(start, end));
    number++;
    if (words.length > 0) rules.push(readRule(number, words, hosts));
    start = end + 1;
  }
  return rules;
}

/** As `readRules`, with the names of hosts looked up, all at once. */
export async function readRulesWithHosts(text: string, hosts: Hosts): Promise<Rule[]> {
  for (;;) {
    const rules = readRules(text, hosts);
    const unknown = rules.filter(({ error }) => error instanceof UnresolvedHost);
    if (unknown.length === 0) return rules;
    await hosts.resolve(unknown.map(({ error }) => (error as UnresolvedHost).host));
  }
}

/**
 * What stands before a `#` that begins a word; a first word that names the program is not part of the line. By hand:
 * to split each of ten thousand lines takes three times as long.
 */
function wordsOf(row: string): string[] {
  const words: string[] = [];
  for (let start = 0; start < row.length; ) {
    const blank = row.indexOf(' ', start);
    const end = blank < 0 ? row.length : blank;
    if (end > start) {
      if (row.charCodeAt(start) === HASH) break;
      words.push(row.slice(start, end));
    }
    start = end + 1;
  }
  if (words[0] === 'ipvsadm' || words[0] === 'lvsadm') words.shift();
  return words;
}

const HASH = 35;

function readRule(number: number, words: string[], hosts: Hosts): Rule {
  try {
    const line = parse(words, hosts);
    const command = commandOf(line);
    if (command !== undefined) return { number, command };
    if (!NOT_IN_FILES.has(line.command)) return { number, line };
    return { number, error: new CommandLineError(`${words[0]} is no rule`, Status.unreadable) };
  } catch (error) {
    if (error instanceof CommandLineError || error instanceof UnresolvedHost) return { number, error };
    throw error;
  }
}
