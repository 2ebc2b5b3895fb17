/**
 * What lvsadm does beside ipvsadm's commands, by a word: `lvsadm exporter`. Each is a file of its own, which only its word
 * loads: lib/cli/exporter/index.ts, lib/cli/doctor/index.ts.
 */

import { DOES } from '../rules/descriptions';
import { OPTIONS, type OptionRule } from '../rules/options';

/** An option of a program. */
export interface ProgramOption {
  long: string;
  short?: string;
  /** The name of its value in the help; absent where it takes none. */
  value?: string;
  /** May be given more than once. */
  multiple?: boolean;
  does: string;
}

export interface ProgramRule {
  /** The name of what it is given beside options, in brackets where it may be missing; absent where that is nothing. */
  argument?: string;
  does: string;
  options: readonly ProgramOption[];
}

const DESIRED = [
  {
    long: 'owns',
    value: 'named|all|file',
    does: 'what may be removed beside, or keys of services (default: named)',
  },
  {
    long: 'keep',
    value: 'fields',
    multiple: true,
    does: 'leave weight, upperThreshold or lowerThreshold of real servers',
  },
  {
    long: 'guard',
    value: 'bounds',
    does: 'off, or bounds (default: minDestinations=1,maxRemovedServices=0.5)',
  },
] as const satisfies readonly ProgramOption[];

/** What names a service and a real server, as in ipvsadm's commands. */
const SERVER = ['tcp-service', 'udp-service', 'sctp-service', 'fwmark-service', 'ipv6', 'real-server'].map(
  (name): ProgramOption => {
    const { long, short, value } = OPTIONS.find((option) => option.long === name) as OptionRule;
    return {
      long,
      does: DOES[long] as string,
      ...(short !== undefined && { short }),
      ...(value !== undefined && { value }),
    };
  },
);

/** By their words. */
export const PROGRAMS = {
  exporter: {
    does: "serve the table's metrics to Prometheus",
    options: [
      { long: 'listen', value: 'address:port', does: 'where it listens (default: 127.0.0.1:9469)' },
      {
        long: 'prefix',
        value: 'name',
        does: "what names begin with; node_ipvs: node_exporter's (default: ipvs)",
      },
      {
        long: 'label',
        value: 'name=value',
        multiple: true,
        does: 'a label that every sample gets; may be repeated',
      },
      { long: 'no-destinations', does: 'nothing for each real server' },
      { long: 'no-counters', does: 'no counters of services and real servers, for less than half the cost' },
      { long: 'connections', does: 'entries of the connection table by protocol and state' },
    ],
  },
  plan: {
    argument: 'FILE',
    does: 'show what apply would change',
    options: [...DESIRED, { long: 'json', does: 'print JSON' }],
  },
  apply: {
    argument: 'FILE',
    does: 'make the table what a file says',
    options: [
      ...DESIRED,
      {
        long: 'drain',
        value: 'seconds',
        does: 'drain what leaves, for no longer than this; 0 is any time',
      },
      { long: 'json', does: 'print JSON' },
    ],
  },
  drain: {
    does: 'take a real server out of service: weight 0, wait until it is idle, remove it',
    options: [
      ...SERVER,
      { long: 'timeout', value: 'seconds', does: 'how long it may take (default: 300); 0 is any time' },
      {
        long: 'on-timeout',
        value: 'action',
        does: 'what happens then: delete (default), keep at weight 0, or restore the weight',
      },
      { long: 'no-remove', does: 'leave it at weight 0 once it is idle' },
      { long: 'interval', value: 'seconds', does: 'between two looks (default: 1)' },
      { long: 'json', does: 'print JSON' },
    ],
  },
  watch: {
    does: 'tell what changes in the table, whoever changes it',
    options: [
      { long: 'interval', value: 'seconds', does: 'between two readings (default: 1)' },
      { long: 'no-initial', does: 'tell nothing of what is there already' },
      { long: 'json', does: 'print JSON' },
    ],
  },
  doctor: {
    does: 'tell why a director, or a real server, does not do its work, and what would put it right',
    options: [
      { long: 'json', does: 'print the findings as JSON' },
      { long: 'real-server', does: 'this machine is a real server, of the service that is named' },
      { long: 'tcp-service', value: 'address:port', does: 'the virtual service' },
      { long: 'udp-service', value: 'address:port', does: 'the same of UDP' },
      { long: 'sctp-service', value: 'address:port', does: 'the same of SCTP' },
      {
        long: 'forward',
        value: 'method',
        does: 'how the director forwards: masq, droute (default) or tunnel',
      },
      { long: 'director', value: 'address', does: "the director's address on this machine's network" },
      { long: 'port', value: 'port', does: "the real server's port, behind NAT (default: the service's)" },
      { long: 'tun-type', value: 'type', does: 'tunnel type: ipip (default), gue or gre' },
      { long: 'tun-port', value: 'port', does: 'UDP port of a gue tunnel' },
    ],
  },
  bench: {
    argument: '[TRIAL]',
    does: 'measure how fast this machine changes and reads a table: churn, add, list or weights',
    options: [
      { long: 'rules', value: 'number', does: 'services and real servers in the table (default: 2200)' },
      { long: 'services', value: 'number', does: 'services among them (default: an eleventh)' },
      { long: 'seconds', value: 'seconds', does: 'how long each way is measured (default: 2)' },
      { long: 'json', does: 'print JSON' },
    ],
  },
  top: {
    does: 'show services and real servers with their rates, live',
    options: [
      { long: 'interval', value: 'seconds', does: 'how often it reads the table (default: 1)' },
      {
        long: 'sort',
        value: 'column',
        does: 'connections (default), active, inactive, bytesIn, bytesOut, weight or name',
      },
      { long: 'filter', value: 'text', does: 'only services whose name has this part' },
      { long: 'units', value: 'unit', does: 'bits (default), bytes or packets' },
      { long: 'servers', does: 'the real servers of every service' },
      { long: 'count', value: 'number', does: 'print plain text so many times, and end' },
    ],
  },
} as const satisfies Record<string, ProgramRule>;

export type ProgramName = keyof typeof PROGRAMS;

export function isProgram(word: string | undefined): word is ProgramName {
  return word !== undefined && Object.hasOwn(PROGRAMS, word);
}

/** `lvsadm plan FILE [options]` */
export function usageOf(word: ProgramName): string {
  const { argument }: ProgramRule = PROGRAMS[word];
  return `lvsadm ${word}${argument === undefined ? '' : ` ${argument}`} [options]`;
}

/** A line of the help. */
export function optionRow({ long, short, value, does }: ProgramOption): string {
  const spelt = `${short === undefined ? '' : `-${short}, `}--${long}`;
  return `  ${`${spelt}${value === undefined ? '' : ` ${value}`}`.padEnd(37)} ${does}\n`;
}
