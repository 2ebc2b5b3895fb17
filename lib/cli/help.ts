/** `--help` and `--version`. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS, type CommandRule } from '../rules/commands';
import { DOES } from '../rules/descriptions';
import { OPTIONS } from '../rules/options';
import type { Spelling } from '../rules/scanner';
import { optionRow, PROGRAMS, type ProgramName, usageOf } from './programs';

/** By the first option of each group. */
const GROUPS: Record<string, string> = {
  'tcp-service': 'Virtual services',
  scheduler: 'Options of a service (-A, -E)',
  'real-server': 'Options of a real server (-a, -e)',
  numeric: 'Options of a listing (-L, -S) and of -R',
  'mcast-interface': 'Options of a daemon (--start-daemon)',
};

const USAGE = `\
lvsadm administers Linux Virtual Server, with ipvsadm's command line.

  lvsadm -A|-E SERVICE [options]        lvsadm -a|-e SERVICE -r host[:port] [options]
  lvsadm -D SERVICE                     lvsadm -d SERVICE -r host[:port]
  lvsadm -L [SERVICE|-c|--timeout|--daemon] [options]
  lvsadm -Z [SERVICE]                   lvsadm -C
  lvsadm -S [-n] > file                 lvsadm -R [--continue] < file
  lvsadm --set tcp tcpfin udp
  lvsadm --start-daemon|--stop-daemon master|backup [options]

The command is the first option, and there is only one.

Commands
`;

function row(spelling: Spelling & { alias?: string }): string {
  const { long, short, alias, value, optional } = spelling;
  const letters = [short, alias].filter((letter) => letter !== undefined).map((letter) => `-${letter}`);
  const shown = value === undefined ? '' : optional !== undefined ? ` [${value}]` : ` ${value}`;
  return `  ${[...letters, `--${long}`].join(', ').padEnd(22)}${shown.padEnd(15)} ${DOES[long]}\n`;
}

/** The help text, made from the tables of commands and options. */
export function help(): string {
  const commands = (Object.values(COMMANDS) as CommandRule[]).map(row);
  const options = OPTIONS.map((option) => {
    const group = GROUPS[option.long];
    return (group === undefined ? '' : `\n${group}\n`) + row(option);
  });
  const programs = Object.entries(PROGRAMS).map(([word, { does, options }]) => {
    return `\n${usageOf(word as ProgramName)}: ${does}\n${options.map(optionRow).join('')}`;
  });
  return USAGE + commands.join('') + options.join('') + programs.join('');
}

/** `lvsadm v0.1.0` */
export function version(): string {
  const { version: number } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
  return `lvsadm v${number} (@lvs/netlink)\n`;
}
