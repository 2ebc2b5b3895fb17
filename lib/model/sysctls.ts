/** The settings of IPVS in a network namespace: `net.ipv4.vs`. */

import { checkInteger, checkObject, conflict, invalidType, MAX_INT } from '../errors/argument';

/**
 * By the kernel's names: `conn_reuse_mode`, `expire_nodest_conn`, `sync_threshold`, … Mostly numbers; pairs are arrays, and
 * a list of processors (`est_cpulist`) is a text.
 */
export type Sysctls = { [name: string]: number | readonly number[] | string };

/** Checks a value; the path is that of the field. */
type Check = (path: string, value: unknown) => void;

function within(least: number, greatest: number): Check {
  return (path, value) => checkInteger(path, value, least, greatest);
}

const anyNumber = within(-MAX_INT - 1, MAX_INT);
const natural = within(0, MAX_INT);

function powerOfTwo(path: string, value: unknown): void {
  const number = checkInteger(path, value, 1, MAX_INT);
  if ((number & (number - 1)) !== 0) throw conflict(path, ` must be a power of two, got ${number}`);
}

/** The number of packets after which a connection is told to a backup, and the period; with a period of 0 once only. */
function threshold(path: string, value: unknown): void {
  if (!Array.isArray(value) || value.length !== 2) throw invalidType(path, 'an array of two integers', value);
  const [first, period] = value.map((each, n) => checkInteger(`${path}[${n}]`, each, 0, MAX_INT)) as [
    number,
    number,
  ];
  if (period !== 0 && first >= period) {
    throw conflict(
      path,
      `: the first must be less than the second, or the second 0, got ${first} and ${period}`,
    );
  }
}

function checkText(path: string, value: unknown): void {
  if (typeof value !== 'string' || value.includes('\n')) throw invalidType(path, 'a text of one line', value);
}

/** What a setting of a later kernel can be. */
function anything(path: string, value: unknown): void {
  if (typeof value === 'string') checkText(path, value);
  else if (Array.isArray(value)) for (const [n, each] of value.entries()) anyNumber(`${path}[${n}]`, each);
  else anyNumber(path, value);
}

/** What the kernel takes. It keeps most as an `int` and looks at no more than whether they are 0. */
const CHECKS = new Map<string, Check>([
  ['amemthresh', anyNumber],
  ['am_droprate', anyNumber],
  ['backup_only', anyNumber],
  ['cache_bypass', anyNumber],
  ['conn_lfactor', within(-8, 8)],
  ['conn_max', within(0, 2 ** 30)],
  ['conn_reuse_mode', anyNumber],
  ['conntrack', anyNumber],
  ['debug_level', anyNumber],
  ['drop_entry', within(0, 3)],
  ['drop_packet', within(0, 3)],
  ['est_cpulist', checkText],
  ['est_nice', within(-20, 19)],
  ['expire_nodest_conn', anyNumber],
  ['expire_quiescent_template', anyNumber],
  ['ignore_tunneled', anyNumber],
  ['lblc_expiration', natural],
  ['lblcr_expiration', natural],
  ['nat_icmp_send', anyNumber],
  ['pmtu_disc', anyNumber],
  ['run_estimation', anyNumber],
  ['schedule_icmp', anyNumber],
  ['secure_tcp', within(0, 3)],
  ['sloppy_sctp', anyNumber],
  ['sloppy_tcp', anyNumber],
  ['snat_reroute', anyNumber],
  ['svc_lfactor', within(-8, 8)],
  ['sync_persist_mode', anyNumber],
  ['sync_ports', powerOfTwo],
  ['sync_qlen_max', natural],
  ['sync_refresh_period', natural],
  ['sync_retries', within(0, 3)],
  ['sync_sock_size', natural],
  ['sync_threshold', threshold],
  ['sync_version', within(0, 1)],
]);

/** The Linux that brought a setting, where Node runs on earlier ones. */
const SINCE = new Map([
  ['run_estimation', '5.16'],
  ['est_cpulist', '6.2'],
  ['est_nice', '6.2'],
  ['conn_lfactor', '7.1'],
  ['svc_lfactor', '7.1'],
  ['conn_max', '7.2'],
]);

/** The scheduler whose module brings the setting; none of the settings that IPVS itself has. */
export function schedulerOf(name: string): string | undefined {
  return /^(lblcr?)_expiration$/.exec(name)?.[1];
}

/** The settings that this library knows. */
export const SYSCTL_NAMES: readonly string[] = [...CHECKS.keys()];

/** Why a setting that this library knows may be missing. */
export function whyMissing(name: string): string {
  const since = SINCE.get(name);
  if (since !== undefined) return `it came with Linux ${since}`;
  const scheduler = schedulerOf(name);
  if (scheduler !== undefined) return `it comes with the scheduler ${scheduler}, once a service has had that`;
  if (name === 'debug_level') return 'it needs a kernel built with CONFIG_IP_VS_DEBUG';
  return 'before Linux 6.10 namespaces of an unprivileged user have no settings';
}

/** The texts to be written, by name. Throws at the first value that no kernel takes. */
export function checkSysctls(values: Partial<Sysctls>): Map<string, string> {
  checkObject('values', values, 'an object of settings by name');
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const check = CHECKS.get(name) ?? anything;
    check(`values.${name}`, value);
    texts.set(name, Array.isArray(value) ? value.join('\t') : String(value));
  }
  return texts;
}

/** The value of a setting's text. */
export function parseSysctl(name: string, text: string): Sysctls[string] {
  const words = text.split(/\s+/);
  const isText = CHECKS.get(name) === checkText || !words.every((word) => /^-?\d+$/.test(word));
  if (isText) return text;
  return words.length === 1 ? Number(text) : words.map(Number);
}
