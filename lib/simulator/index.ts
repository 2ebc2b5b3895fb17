/** `@lvs/netlink/simulator`: an IPVS without a kernel, for tests. */

export type { Ending, SimulatedConnection, Traffic } from './connections/simulated-connection';
export type { SimulatedFault } from './faults';
export type { KernelVersion } from './kernel';
export type { SimulatedInterface } from './network';
export type { SimulatorOptions } from './options';
export { type SimulatedFlow, Simulator } from './simulator';
