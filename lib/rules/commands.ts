/** The commands, and the options that go with each. */

import type { OptionName } from './options';
import type { Spelling } from './scanner';

export interface CommandRule extends Spelling {
  /** A second short form. */
  alias?: string;
  /** Options that it must have. */
  needs?: readonly OptionName[];
  /** Options that it may have. */
  takes?: readonly OptionName[];
  /** Options of which it may have at most one. */
  oneOf?: readonly OptionName[];
  /** Sets of options; it may have options of only one of them. */
  apart?: readonly (readonly OptionName[])[];
}

const OF_SERVICE = ['scheduler', 'persistent', 'netmask', 'ops', 'pe', 'sched-flags'] as const;

const OF_SERVER = [
  ...(['forwarding-method', 'weight', 'u-threshold', 'l-threshold'] as const),
  ...(['tun-type', 'tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'] as const),
] as const;

const OF_DAEMON = [
  ...(['mcast-interface', 'syncid', 'sync-maxlen', 'mcast-group', 'mcast-port', 'mcast-ttl'] as const),
] as const;

/** What a listing can show instead of the usual columns; of several, the first one in this order counts. */
export const COLUMNS = ['stats', 'rate', 'thresholds', 'persistent-conn', 'tun-info'] as const;
export type ColumnsOption = (typeof COLUMNS)[number];

/** By name. */
export const COMMANDS = {
  'add-service': {
    long: 'add-service',
    short: 'A',
    needs: ['service-address'],
    takes: OF_SERVICE,
  },
  'edit-service': {
    long: 'edit-service',
    short: 'E',
    needs: ['service-address'],
    takes: OF_SERVICE,
  },
  'delete-service': {
    long: 'delete-service',
    short: 'D',
    needs: ['service-address'],
  },
  flush: { long: 'clear', short: 'C' },
  restore: {
    long: 'restore',
    short: 'R',
    takes: ['continue'],
  },
  save: { long: 'save', short: 'S', takes: ['numeric'] },
  'add-server': {
    long: 'add-server',
    short: 'a',
    needs: ['service-address', 'real-server'],
    takes: OF_SERVER,
  },
  'edit-server': {
    long: 'edit-server',
    short: 'e',
    needs: ['service-address', 'real-server'],
    takes: OF_SERVER,
  },
  'delete-server': {
    long: 'delete-server',
    short: 'd',
    needs: ['service-address', 'real-server'],
  },
  list: {
    long: 'list',
    short: 'L',
    alias: 'l',
    takes: ['numeric', ...COLUMNS, 'nosort', 'exact', 'syncid', 'json'],
    oneOf: ['connection', 'service-address', 'timeout', 'daemon'],
    apart: [
      ['connection', 'timeout', 'daemon'],
      ['stats', 'rate', 'thresholds'],
    ],
  },
  zero: {
    long: 'zero',
    short: 'Z',
    takes: ['service-address'],
  },
  set: { long: 'set' },
  'start-daemon': {
    long: 'start-daemon',
    value: 'master|backup',
    takes: OF_DAEMON,
  },
  'stop-daemon': {
    long: 'stop-daemon',
    value: 'master|backup',
    takes: ['syncid'],
  },
  help: { long: 'help', short: 'h' },
  version: { long: 'version', short: 'v' },
} as const satisfies Record<string, CommandRule>;

export type CommandName = keyof typeof COMMANDS;

/** Every spelling of the commands, for the scanner. */
export function* commandSpellings(): Generator<Spelling & { command: CommandName }> {
  for (const [command, rule] of Object.entries(COMMANDS) as [CommandName, CommandRule][]) {
    yield { ...rule, command };
    if (rule.alias !== undefined) yield { ...rule, short: rule.alias, command };
  }
}
