/** Rule files: a command line per line. */

import type { Command } from '../model/command';
import { CommandLineError, shownWord } from './command-line-error';
import { type Hosts, UnresolvedHost } from './host-names';
import type { Line } from './line';
import { commandOf } from './line-command';
import { Forms } from './line-forms';
import { parse } from './parse-line';

/** A line of a file that is neither blank nor a comment: what it asks for, or what is wrong with it. */
export interface Rule {
  /** Counted from 1. */
  number: number;
  /** The change, where it changes the table. */
  command?: Command;
  /** The line, where it asks for something else. */
  line?: Line;
  error?: CommandLineError | UnresolvedHost;
}

/** Commands that a file may not have: the first reads the file itself, the others have nothing to do with a table. */
const NOT_IN_FILES = new Set(['restore', 'help', 'version']);

const OTHER_BLANKS = /[\t\r]/g;

/** Some editors write it at the beginning of a file, where it means nothing. */
const BYTE_ORDER_MARK = '\ufeff';

/** Blank lines and comments are left out. */
export function readRules(text: string, hosts: Hosts): Rule[] {
  return [...rulesOf(text, hosts)];
}

/** As `readRules`, one by one. */
export function* rulesOf(text: string, hosts: Hosts): Generator<Rule> {
  const forms = new Forms();
  // Mostly there are none, and looking for one character takes a fraction of what an expression does.
  const others = text.includes('\t') || text.includes('\r');
  const rows = others ? text.replaceAll(OTHER_BLANKS, ' ') : text;
  let number = 0;
  for (let start = rows.startsWith(BYTE_ORDER_MARK) ? 1 : 0; start < rows.length; ) {
    const newline = rows.indexOf('\n', start);
    const end = newline < 0 ? rows.length : newline;
    const rule = readRow(++number, rows.slice(start, end), forms, hosts);
    if (rule !== undefined) yield rule;
    start = end + 1;
  }
}

/** As `readRules`, but looks up the names of hosts, all at once. */
export async function readRulesWithHosts(text: string, hosts: Hosts): Promise<Rule[]> {
  for (;;) {
    const rules = readRules(text, hosts);
    const unknown = rules.filter(({ error }) => error instanceof UnresolvedHost);
    if (unknown.length === 0) return rules;
    await hosts.resolve(unknown.map(({ error }) => (error as UnresolvedHost).host));
  }
}

/** The words before a comment, which is a word that begins with `#`; the program's name at the beginning is left out. */
function wordsOf(row: string): string[] {
  const words = row.split(' ').filter((word) => word !== '');
  const comment = words.findIndex((word) => word.startsWith('#'));
  if (comment >= 0) words.length = comment;
  if (words[0] === 'ipvsadm' || words[0] === 'lvsadm') words.shift();
  return words;
}

/** `undefined` for a blank line or a comment. */
function readRow(number: number, row: string, forms: Forms, hosts: Hosts): Rule | undefined {
  try {
    const command = forms.read(row);
    if (command !== undefined) return { number, command };
    const words = wordsOf(row);
    return words.length > 0 ? readWords(number, words, forms, hosts) : undefined;
  } catch (error) {
    if (error instanceof CommandLineError || error instanceof UnresolvedHost) return { number, error };
    throw error;
  }
}

function readWords(number: number, words: string[], forms: Forms, hosts: Hosts): Rule {
  const line = parse(words, hosts);
  const command = commandOf(line);
  if (command !== undefined) {
    forms.learn(words, line);
    return { number, command };
  }
  if (NOT_IN_FILES.has(line.command))
    throw new CommandLineError(`${shownWord(words[0] as string)}: cannot stand in a rule file`, {
      unreadable: true,
    });
  return { number, line };
}
