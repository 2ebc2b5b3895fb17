/** How a simulated machine is made. */

import { checkInteger, checkObject, conflict, invalidValue } from '../errors/argument';
import { Fields } from '../errors/fields';
import { OneOf } from '../model/one-of';
import { schedulerOf } from '../model/sysctls';
import { Errno } from './control-plane/errno';
import type { KernelVersion } from './kernel';
import type { SimulatedInterface } from './network';
import { Sysctls } from './sysctls';

/** How a simulated machine is made. */
export interface SimulatorOptions {
  /** The kernel that is followed where they differ. Default `7.2`. */
  kernel?: KernelVersion;
  /**
   * What `info` reports. Default: 4096 on 6.1 and 6.12; on 7.2 0 before the first service, and then 256.
   */
  connectionTableSize?: number;
  /** Its network interfaces beside `lo`. Default: `eth0`, up, without an address. */
  interfaces?: readonly SimulatedInterface[];
  /**
   * Settings of /proc/sys/net/ipv4/vs that differ from the kernel's defaults, by name: `{ expire_nodest_conn: 1 }`. A pair
   * is an array or a text. Those of `lblc` and `lblcr` may be given, too: their modules are loaded then.
   */
  sysctls?: Readonly<Record<string, number | readonly number[] | string>>;
  /** Of what the kernel leaves to chance: the order of listings, the scheduler `twos`. Default: another one each time. */
  seed?: number;
}

const OPTION_FIELDS = new Fields(['kernel', 'connectionTableSize', 'interfaces', 'sysctls', 'seed']);

const VERSIONS = new OneOf<KernelVersion>([
  ['6.1', '6.1'],
  ['6.12', '6.12'],
  ['7.2', '7.2'],
]);

const MAX_SIZE = 2 ** 27;
const MAX_SEED = 2 ** 32 - 1;

export interface CheckedOptions {
  kernel: KernelVersion;
  connectionTableSize: number | undefined;
  interfaces: readonly SimulatedInterface[] | undefined;
  sysctls: Sysctls;
  seed: number;
}

/** Throws where an option is bad. */
export function checkOptions(options: SimulatorOptions): CheckedOptions {
  checkObject('options', options);
  OPTION_FIELDS.check('options', options);
  const { connectionTableSize, interfaces, sysctls = {}, seed = newSeed() } = options;
  const kernel = VERSIONS.check('options.kernel', options.kernel ?? '7.2');
  return {
    kernel,
    connectionTableSize:
      connectionTableSize === undefined
        ? undefined
        : checkInteger('options.connectionTableSize', connectionTableSize, 1, MAX_SIZE),
    interfaces,
    sysctls: checkSysctls(kernel, sysctls),
    seed: checkInteger('options.seed', seed, 0, MAX_SEED),
  };
}

function checkSysctls(kernel: KernelVersion, values: object): Sysctls {
  checkObject('options.sysctls', values);
  const sysctls = new Sysctls(kernel);
  for (const [name, value] of Object.entries(values)) {
    const path = `options.sysctls.${name}`;
    const scheduler = schedulerOf(name);
    if (scheduler !== undefined) sysctls.schedulerLoaded(scheduler);
    const errno = sysctls.write(name, Array.isArray(value) ? value.join(' ') : String(value));
    if (errno === Errno.ENOENT) throw conflict(path, ` is no setting that Linux ${kernel} has`);
    if (errno !== Errno.none) throw invalidValue(path, `a value that Linux ${kernel} takes`, value);
  }
  return sysctls;
}

function newSeed(): number {
  return Math.floor(Math.random() * (MAX_SEED + 1));
}
