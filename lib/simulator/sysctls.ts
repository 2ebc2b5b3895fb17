/** The settings in /proc/sys/net/ipv4/vs, as text, with what each kernel takes. */

import { Errno } from './control-plane/errno';
import { HZ, type KernelVersion } from './kernel';

/** Of a value: its default, and between which numbers it must lie. */
interface Setting {
  initial: string;
  least: number;
  greatest: number;
  /** Not a single number: what the text becomes, or none where it is refused. */
  parse?: (text: string, before: string) => string | undefined;
}

const INT = { least: -(2 ** 31), greatest: 2 ** 31 - 1 };

/** Seconds that the kernel keeps as ticks, in an `int`. */
const GREATEST_PERIOD = Math.floor(INT.greatest / HZ);

function number(initial: number, least = INT.least, greatest = INT.greatest): Setting {
  return { initial: String(initial), least, greatest };
}

/** Two numbers; one alone sets the first, and more are ignored. */
function parseThreshold(text: string, before: string): string | undefined {
  const words = text.trim().split(/\s+/).slice(0, 2);
  if (!words.every((each) => /^\d+$/.test(each))) return undefined;
  const [first, second] = [...words.map(Number), ...before.split('\t').map(Number).slice(words.length)] as [
    number,
    number,
  ];
  return second === 0 || first < second ? `${first}\t${second}` : undefined;
}

/** 1 and 2 are one: the kernel makes 2 of it where memory is short, and 1 where it is not, as on this machine. */
const defence: Setting = {
  ...number(0, 0, 3),
  parse: (text) => (/^\s*[0-3]\s*$/.test(text) ? String(Number(text) === 2 ? 1 : Number(text)) : undefined),
};

/** Processors and ranges of them; this machine has one. */
function parseProcessors(text: string): string | undefined {
  const list = text.trim();
  return list === '' || list === '0' ? list : undefined;
}

const SETTINGS: [name: string, Setting][] = [
  ['amemthresh', number(1024)],
  ['am_droprate', number(10)],
  ['backup_only', number(0)],
  ['cache_bypass', number(0)],
  ['conn_reuse_mode', number(1)],
  ['conntrack', number(0)],
  ['drop_entry', defence],
  ['drop_packet', defence],
  ['expire_nodest_conn', number(0)],
  ['expire_quiescent_template', number(0)],
  ['ignore_tunneled', number(0)],
  ['nat_icmp_send', number(0)],
  ['pmtu_disc', number(1)],
  ['run_estimation', number(1)],
  ['schedule_icmp', number(0)],
  ['secure_tcp', defence],
  ['sloppy_sctp', number(0)],
  ['sloppy_tcp', number(0)],
  ['snat_reroute', number(1)],
  ['sync_persist_mode', number(0)],
  ['sync_ports', { ...number(1, 1, 2 ** 30), parse: parsePowerOfTwo }],
  ['sync_qlen_max', number(8192, 0)],
  ['sync_refresh_period', number(0, -GREATEST_PERIOD, GREATEST_PERIOD)],
  ['sync_retries', number(0, 0, 3)],
  ['sync_sock_size', number(0)],
  ['sync_threshold', { ...number(0), initial: '3\t50', parse: parseThreshold }],
  ['sync_version', number(1, 0, 1)],
  ['debug_level', number(0)],
];

const SINCE_6_2: [name: string, Setting][] = [
  ['est_cpulist', { ...number(0), initial: '0', parse: parseProcessors }],
  ['est_nice', number(0, -20, 19)],
];

const SINCE_7_1: [name: string, Setting][] = [
  ['conn_lfactor', number(-4, -8, 8)],
  ['conn_max', number(2 ** 30, 0, 2 ** 30)],
  ['svc_lfactor', number(-3, -8, 8)],
];

/** By the scheduler whose module brings it: how long it remembers an address, a day. */
const BY_SCHEDULER = new Map<string, [name: string, Setting]>(
  ['lblc', 'lblcr'].map((scheduler) => [
    scheduler,
    [`${scheduler}_expiration`, number(86_400, -GREATEST_PERIOD, GREATEST_PERIOD)],
  ]),
);

function parsePowerOfTwo(text: string): string | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 && (value & (value - 1)) === 0 ? String(value) : undefined;
}

const BY_KERNEL: Record<KernelVersion, [name: string, Setting][]> = {
  '6.1': SETTINGS,
  '6.12': [...SETTINGS, ...SINCE_6_2],
  '7.2': [...SETTINGS, ...SINCE_6_2, ...SINCE_7_1],
};

export class Sysctls {
  readonly #settings: Map<string, Setting>;
  readonly #values: Map<string, string>;

  constructor(kernel: KernelVersion) {
    this.#settings = new Map(BY_KERNEL[kernel]);
    this.#values = new Map(BY_KERNEL[kernel].map(([name, { initial }]) => [name, initial]));
  }

  /** A service has asked for the scheduler, so that its module is there from now on. */
  schedulerLoaded(scheduler: string): void {
    const brought = BY_SCHEDULER.get(scheduler);
    if (brought === undefined || this.#settings.has(brought[0])) return;
    const [name, setting] = brought;
    this.#settings.set(name, setting);
    this.#values.set(name, setting.initial);
  }

  /** Each by its name, as its file holds it, without the newline. */
  entries(): [name: string, text: string][] {
    return [...this.#values];
  }

  /** Returns an errno; 0 where it was set. */
  write(name: string, text: string): number {
    const setting = this.#settings.get(name);
    const before = this.#values.get(name);
    if (setting === undefined || before === undefined) return Errno.ENOENT;
    const value = setting.parse === undefined ? parseNumber(text, setting) : setting.parse(text, before);
    if (value === undefined) return Errno.EINVAL;
    this.#values.set(name, value);
    return Errno.none;
  }

  /** A number; NaN where this kernel has no such setting. */
  number(name: string): number {
    return Number(this.#values.get(name));
  }

  /** Whether it is another number than 0. */
  isSet(name: string): boolean {
    return this.#values.get(name) !== '0';
  }
}

function parseNumber(text: string, { least, greatest }: Setting): string | undefined {
  const value = Number(text);
  return /^\s*-?\d+\s*$/.test(text) && value >= least && value <= greatest ? String(value) : undefined;
}
