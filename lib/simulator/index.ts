/** `@lvs/netlink/simulator`: an IPVS without a kernel, for tests. */

import { openFirst } from './first-opening';
import { Simulator } from './simulator';

export type { Ending, SimulatedConnection, Traffic } from './connections/simulated-connection';
export type { SimulatedFault } from './faults';
export type { KernelVersion } from './kernel';
export type { SimulatedInterface } from './network';
export type { SimulatorOptions } from './options';
export type { SimulatedFlow } from './simulator';
export { Simulator };

void openFirst();
