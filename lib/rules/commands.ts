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
  /** Its description in the help. */
  does: string;
}

const OF_SERVICE = ['scheduler', 'persistent', 'netmask', 'ops', 'pe', 'sched-flags'] as const;

const OF_SERVER = [
  ...(['forwarding-method', 'weight', 'u-threshold', 'l-threshold'] as const),
  ...(['tun-type', 'tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'] as const),
] as const;

const OF_DAEMON = [
  ...(['mcast-interface', 'syncid', 'sync-maxlen', 'mcast-group', 'mcast-port', 'mcast-ttl'] as const),
] as const;

const COLUMNS = ['stats', 'rate', 'thresholds', 'persistent-conn', 'tun-info'] as const;

/** By name. */
export const COMMANDS = {
  'add-service': {
    long: 'add-service',
    short: 'A',
    needs: ['service-address'],
    takes: OF_SERVICE,
    does: 'add a virtual service',
  },
  'edit-service': {
    long: 'edit-service',
    short: 'E',
    needs: ['service-address'],
    takes: OF_SERVICE,
    does: 'replace the whole configuration of a virtual service',
  },
  'delete-service': {
    long: 'delete-service',
    short: 'D',
    needs: ['service-address'],
    does: 'remove a virtual service and its real servers',
  },
  flush: { long: 'clear', short: 'C', does: 'remove all virtual services' },
  restore: {
    long: 'restore',
    short: 'R',
    takes: ['continue'],
    does: 'read rules from standard input and apply them',
  },
  save: { long: 'save', short: 'S', takes: ['numeric'], does: 'print the table as rules' },
  'add-server': {
    long: 'add-server',
    short: 'a',
    needs: ['service-address', 'real-server'],
    takes: OF_SERVER,
    does: 'add a real server to a virtual service',
  },
  'edit-server': {
    long: 'edit-server',
    short: 'e',
    needs: ['service-address', 'real-server'],
    takes: OF_SERVER,
    does: 'replace the whole configuration of a real server',
  },
  'delete-server': {
    long: 'delete-server',
    short: 'd',
    needs: ['service-address', 'real-server'],
    does: 'remove a real server',
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
    does: 'list all virtual services, or one',
  },
  zero: {
    long: 'zero',
    short: 'Z',
    takes: ['service-address'],
    does: 'reset the counters of one service, or of all',
  },
  set: { long: 'set', does: 'set the connection timeouts, in seconds; 0 keeps the current value' },
  'start-daemon': {
    long: 'start-daemon',
    value: 'master|backup',
    takes: OF_DAEMON,
    does: 'start a daemon that synchronises connections with other directors',
  },
  'stop-daemon': {
    long: 'stop-daemon',
    value: 'master|backup',
    takes: ['syncid'],
    does: 'stop a synchronisation daemon',
  },
  help: { long: 'help', short: 'h', does: 'print this help' },
  version: { long: 'version', short: 'v', does: 'print the version' },
} as const satisfies Record<string, CommandRule>;

export type CommandName = keyof typeof COMMANDS;

/** Every spelling of the commands, for the scanner. */
export function* commandSpellings(): Generator<Spelling & { command: CommandName }> {
  for (const [command, rule] of Object.entries(COMMANDS) as [CommandName, CommandRule][]) {
    yield { ...rule, command };
    if (rule.alias !== undefined) yield { ...rule, short: rule.alias, command };
  }
}
