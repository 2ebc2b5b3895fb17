/** What goes together, checked when the whole line is read. */

import type { ServiceFlag } from '../model/service-flags';
import { COMMANDS, type CommandRule } from './commands';
import { readIPv4 } from './endpoint';
import { CommandLineError } from './error';
import type { Line } from './line';
import { type OptionName, readTimeout } from './options';

/** Throws `CommandLineError` at the first thing wrong. */
export function check(line: Line): void {
  checkWords(line);
  readFlags(line);
  checkOptions(line);
  checkTarget(line);
}

/** As `check`, for a line whose options are known to go together. */
export function checkValues(line: Line): void {
  readFlags(line);
  checkTarget(line);
}

function checkTarget(line: Line): void {
  if (line.command === 'add-service' || line.command === 'edit-service') checkService(line);
  if (line.command === 'add-server' || line.command === 'edit-server') checkServer(line);
}

function checkWords({ command, words }: Line): void {
  const expected = command === 'set' ? 3 : 0;
  if (words.length < expected)
    throw new CommandLineError('--set option requires 3 timeout values: tcp tcpfin udp');
  for (const word of words.slice(0, expected)) readTimeout(word, 0);
  if (words.length > expected) throw new CommandLineError(`unexpected argument ${words[expected]}`);
}

/** Flags, and the one scheduler that has them. */
const SCHEDULER_FLAGS: ReadonlyMap<string, string | undefined> = new Map([
  ['flag-1', undefined],
  ['flag-2', undefined],
  ['flag-3', undefined],
  ['sh-fallback', 'sh'],
  ['sh-port', 'sh'],
  ['mh-fallback', 'mh'],
  ['mh-port', 'mh'],
]);

function readFlags(line: Line): void {
  if (line.schedulerFlags === undefined && !line.has('ops')) return;
  line.flags = line.has('ops') ? ['ops'] : [];
  if (line.schedulerFlags !== undefined) line.flags.push(...readSchedulerFlags(line, line.schedulerFlags));
}

function readSchedulerFlags({ scheduler: given }: Line, text: string): ServiceFlag[] {
  const flags = text.split(',').filter((flag) => flag !== '');
  if (flags.length === 0) throw new CommandLineError(`invalid scheduler flag \`${text}'`);
  for (const flag of flags) {
    const scheduler = SCHEDULER_FLAGS.get(flag);
    if (!SCHEDULER_FLAGS.has(flag)) throw new CommandLineError(`invalid scheduler flag \`${flag}'`);
    if (scheduler !== undefined && scheduler !== given) {
      throw new CommandLineError(`incompatible scheduler flag \`${flag}': it needs -s ${scheduler}`);
    }
  }
  return flags as ServiceFlag[];
}

const NONE: readonly never[] = [];

function checkOptions(line: Line): void {
  const { needs = NONE, takes = NONE, oneOf = NONE, apart = NONE }: CommandRule = COMMANDS[line.command];
  for (const option of needs) {
    if (!line.has(option)) {
      throw new CommandLineError(
        `You need to supply the '${option}' option for the '${line.command}' command`,
      );
    }
  }
  for (const option of line.given) {
    if (!needs.includes(option) && !takes.includes(option) && !oneOf.includes(option)) {
      throw new CommandLineError(`Illegal '${option}' option with the '${line.command}' command`);
    }
  }
  if (oneOf.length > 0) checkOneOf(line, oneOf, `in the '${line.command}' command`);
  if (apart.length > 0) checkApart(line, apart);
}

function checkOneOf(line: Line, options: readonly OptionName[], where: string): void {
  const [first, second] = options.filter((option) => line.has(option));
  if (second !== undefined) {
    throw new CommandLineError(`The option '${second}' conflicts with the '${first}' option ${where}`);
  }
}

function checkApart(line: Line, sets: readonly (readonly OptionName[])[]): void {
  const given = sets
    .map((set) => set.find((option) => line.has(option)))
    .filter((option) => option !== undefined);
  const [director] = (['timeout', 'daemon'] as const).filter((option) => line.has(option));
  if (line.has('persistent-conn') && director !== undefined) given.push('persistent-conn');
  if (given.length > 1)
    throw new CommandLineError(`options conflicts in the list command: ${given.join(', ')}`);
}

function checkService(line: Line): void {
  if (line.fwmark === undefined && line.port === 0 && line.persistent === undefined) {
    throw new CommandLineError(
      'Zero port specified for non-persistent service: port 0 is every port, and needs -p',
    );
  }
  if (line.flags.includes('ops') && line.fwmark === undefined && line.protocol !== 'udp') {
    throw new CommandLineError('One-Packet Scheduling is only for UDP virtual services');
  }
  if (line.engine !== undefined && line.persistent === undefined) {
    throw new CommandLineError('--pe needs -p: only a persistent service has an engine');
  }
  if (line.netmask !== undefined) line.mask = readNetmask(line, line.netmask);
}

/** After everything else is read: the family decides what a mask is, whichever option came first. */
function readNetmask(line: Line, text: string): string | number {
  if (line.family === 'ipv6') {
    const length = Number.parseInt(text, 10);
    if (length >= 1 && length <= 128) return length;
    throw new CommandLineError(`illegal ipv6 netmask specified: ${text} is no prefix length from 1 to 128`);
  }
  const mask = readIPv4(text, line.hosts);
  if (mask !== undefined) return mask;
  throw new CommandLineError(`illegal virtual server persistent mask specified: ${text}`);
}

interface TunnelRule {
  needs: readonly OptionName[];
  oneOf: readonly OptionName[];
}

const TUNNELS: Record<'ipip' | 'gue' | 'gre', TunnelRule> = {
  ipip: { needs: [], oneOf: [] },
  gue: { needs: ['tun-port'], oneOf: ['tun-nocsum', 'tun-csum', 'tun-remcsum'] },
  gre: { needs: [], oneOf: ['tun-nocsum', 'tun-csum'] },
};

const TUNNEL_OPTIONS: readonly OptionName[] = ['tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'];

function checkServer(line: Line): void {
  const tunnelled = line.forward === 'tunnel';
  if (line.server?.family !== line.family && !tunnelled) {
    throw new CommandLineError('Different address family is allowed only for tunneling servers: -i');
  }
  const given = line.given.filter((option) => TUNNEL_OPTIONS.includes(option));
  if (!tunnelled) {
    if (line.tunnelType === undefined && given.length === 0) return;
    throw new CommandLineError('Tunnel options conflict with forward method: they need -i');
  }
  const type = line.tunnelType ?? 'ipip';
  const { needs, oneOf } = TUNNELS[type];
  for (const option of needs) {
    if (!line.has(option)) {
      throw new CommandLineError(`You need to supply the '${option}' option for the '${type}' tunnel type`);
    }
  }
  for (const option of given) {
    if (!needs.includes(option) && !oneOf.includes(option)) {
      throw new CommandLineError(`Illegal '${option}' option with the '${type}' tunnel type`);
    }
  }
  checkOneOf(line, oneOf, `in the '${type}' tunnel type`);
}
