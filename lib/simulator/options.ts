/** How a simulated machine is made. */

import { checkInteger, checkObject } from '../errors/argument';
import { Fields } from '../errors/fields';
import { OneOf } from '../model/one-of';
import type { KernelVersion } from './kernel';
import type { SimulatedInterface } from './network';

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
  /** Of what the kernel leaves to chance: the order of listings, the scheduler `twos`. Default: another one each time. */
  seed?: number;
}

const OPTION_FIELDS = new Fields(['kernel', 'connectionTableSize', 'interfaces', 'seed']);

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
  seed: number;
}

/** Throws where an option is bad. */
export function checkOptions(options: SimulatorOptions): CheckedOptions {
  checkObject('options', options);
  OPTION_FIELDS.check('options', options);
  const { kernel = '7.2', connectionTableSize, interfaces, seed = newSeed() } = options;
  return {
    kernel: VERSIONS.check('options.kernel', kernel),
    connectionTableSize:
      connectionTableSize === undefined
        ? undefined
        : checkInteger('options.connectionTableSize', connectionTableSize, 1, MAX_SIZE),
    interfaces,
    seed: checkInteger('options.seed', seed, 0, MAX_SEED),
  };
}

function newSeed(): number {
  return Math.floor(Math.random() * (MAX_SEED + 1));
}
