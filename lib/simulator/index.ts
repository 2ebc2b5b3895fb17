/** `@lvs/netlink/simulator`: an IPVS without a kernel, for tests. */

import { Simulator } from './simulator';

export type { Ending, SimulatedConnection, Traffic } from './connections/simulated-connection';
export type { SimulatedFault } from './faults';
export type { KernelVersion } from './kernel';
export type { SimulatedInterface } from './network';
export type { SimulatorOptions } from './options';
export type { SimulatedFlow } from './simulator';
export { Simulator };

// The first opening in a process takes ten times as long as later ones, since V8 compiles what it runs. It belongs to loading
// the module, where no test waits for it.
void new Simulator().open().then((ipvs) => ipvs.close());
