/** Checks the values of the lines that name a service or a real server, and `--set`'s: what goes together in them. */

import { isIP } from '../model/address-text';
import type { ServiceFlag } from '../model/service-flags';
import { CommandLineError, ofValue, shownWord } from './command-line-error';
import { IPV6_FORM, readIPv4 } from './endpoint';
import { checkOneOf } from './exclusive';
import type { Line } from './line';
import { readTimeout } from './option-values';
import type { OptionName } from './options';
import { spelled } from './spelling';

/** As `check`, where the options are known to go together. */
export function checkValues(line: Line): void {
  readFlags(line);
  checkTarget(line);
}

/** The service or the real server that the line configures. */
export function checkTarget(line: Line): void {
  if (line.command === 'add-service' || line.command === 'edit-service') checkService(line);
  if (line.command === 'add-server' || line.command === 'edit-server') checkServer(line);
}

/** One of `--set`'s. */
export function checkTimeout(word: string): void {
  try {
    readTimeout(word, 0);
  } catch (error) {
    throw ofValue('--set', word, error);
  }
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

/** The line's flags, of `-b` and `-o`. */
export function readFlags(line: Line): void {
  if (line.schedulerFlags === undefined && !line.has('ops')) return;
  line.flags = line.has('ops') ? ['ops'] : [];
  if (line.schedulerFlags !== undefined) line.flags.push(...readSchedulerFlags(line, line.schedulerFlags));
}

function readSchedulerFlags({ scheduler: given }: Line, text: string): ServiceFlag[] {
  const flags = text.split(',').filter((flag) => flag !== '');
  if (flags.length === 0) throw new CommandLineError(`-b ${shownWord(text)}: names no flag`);
  for (const flag of flags) {
    const scheduler = SCHEDULER_FLAGS.get(flag);
    if (!SCHEDULER_FLAGS.has(flag)) {
      throw new CommandLineError(
        `-b ${shownWord(flag)}: must be one of ${[...SCHEDULER_FLAGS.keys()].join(', ')}`,
      );
    }
    if (scheduler !== undefined && scheduler !== given) {
      throw new CommandLineError(`-b ${flag}: needs -s ${scheduler}`);
    }
  }
  return flags as ServiceFlag[];
}

function checkService(line: Line): void {
  if (line.fwmark === undefined && line.port === 0 && line.persistent === undefined) {
    throw new CommandLineError(`${whyNoPort(line)}, and a service of every port needs -p`);
  }
  if (line.flags.includes('ops') && line.fwmark === undefined && line.protocol !== 'udp') {
    throw new CommandLineError('-o needs a UDP service or a firewall mark');
  }
  if (line.engine !== undefined && line.persistent === undefined) {
    throw new CommandLineError('--pe needs -p: only a persistent service has a persistence engine');
  }
  if (line.netmask !== undefined) line.mask = readNetmask(line, line.netmask);
}

/** Why a service has port 0. */
function whyNoPort({ address, family, portGiven }: Line): string {
  if (portGiven) return 'port 0 stands for every port';
  if (family === 'ipv4') return `${address} has no port, which stands for every port`;
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  const meant = isIP(host) === 6 ? `, such as [${host}]:${port}` : '';
  return `${address} is an address without a port, which stands for every port (${IPV6_FORM}${meant})`;
}

/** Read last: what a mask means depends on the family, and the options may come in any order. */
function readNetmask(line: Line, text: string): string | number {
  if (line.family === 'ipv6') {
    const length = Number.parseInt(text, 10);
    if (length >= 1 && length <= 128) return length;
    throw new CommandLineError(`-M ${shownWord(text)}: must be a prefix length from 1 to 128`);
  }
  const mask = readIPv4(text, line.hosts);
  if (mask !== undefined) return mask;
  throw new CommandLineError(`-M ${shownWord(text)}: must be a mask such as 255.255.255.0`);
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

function checkServer(line: Line): void {
  const tunnelled = line.forward === 'tunnel';
  if (line.server?.family !== line.family && !tunnelled) {
    throw new CommandLineError('a real server of another address family than its service needs -i');
  }
  const given = line.tunnelOptions;
  if (!tunnelled) {
    const option = line.tunnelType === undefined ? given[0] : 'tun-type';
    if (option === undefined) return;
    throw new CommandLineError(`${spelled(option)} needs -i`);
  }
  const type = line.tunnelType ?? 'ipip';
  const { needs, oneOf } = TUNNELS[type];
  for (const option of needs) {
    if (!line.has(option)) {
      throw new CommandLineError(`--tun-type ${type} needs ${spelled(option)}`);
    }
  }
  for (const option of given) {
    if (!needs.includes(option) && !oneOf.includes(option)) {
      throw new CommandLineError(`--tun-type ${type} does not take ${spelled(option)}`);
    }
  }
  checkOneOf(line, oneOf);
}
