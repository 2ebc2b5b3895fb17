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

/** Blank lines and comments ask for nothing. */
export function readRules(text: string, hosts: Hosts): Rule[] {
  const rules: Rule[] = [];
  let number = 0;
  for (const row of text.split('\n')) {
    number++;
    const words = wordsOf(row);
    if (words.length > 0) rules.push(readRule(number, words, hosts));
  }
  return rules;
}

/** As `readRules`, with the names of hosts looked up, all at once. */
export async function readRulesWithHosts(text: string, hosts: Hosts): Promise<Rule[]> {
  for (;;) {
    const rules = readRules(text, hosts);
    const unknown = rules.flatMap(({ error }) => (error instanceof UnresolvedHost ? [error.host] : []));
    if (unknown.length === 0) return rules;
    await hosts.resolve(unknown);
  }
}

/** What stands before a `#` that begins a word; a first word that names the program is not part of the line. */
function wordsOf(row: string): string[] {
  const comment = row.includes('#') ? row.search(COMMENT) : -1;
  const words = (comment < 0 ? row : row.slice(0, comment)).split(BLANKS);
  if (words.at(-1) === '') words.pop();
  if (words[0] === '') words.shift();
  if (words[0] === 'ipvsadm' || words[0] === 'lvsadm') words.shift();
  return words;
}

const BLANKS = /[ \t\r]+/;
const COMMENT = /(?:^|[ \t\r])#/;

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
