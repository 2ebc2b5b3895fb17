/** What differs between the kernels that are simulated. All have 100 ticks a second. */

/** The releases that the simulator follows. */
export type KernelVersion = '6.1' | '6.12' | '7.2';

export interface Kernel {
  version: KernelVersion;
  /** Since 7.1 the connection table belongs to the namespace and grows: without services it has no size. */
  growsConnectionTable: boolean;
  /** The greatest `upperThreshold`: what is no `int` is refused since July 2026, by 6.12 and 7.2, not by 6.1.176. */
  greatestThreshold: number;
  /** Whether a change of thresholds marks a destination as overloaded at once; earlier, the next connection did. */
  marksOverloadAtOnce: boolean;
  /** Since 7.1 a template that is no longer valid keeps its virtual port. */
  keepsTemplatePort: boolean;
}

const EARLIER = { growsConnectionTable: false, keepsTemplatePort: false };

export const KERNELS: Record<KernelVersion, Kernel> = {
  '6.1': { version: '6.1', ...EARLIER, greatestThreshold: 0xffffffff, marksOverloadAtOnce: false },
  '6.12': { version: '6.12', ...EARLIER, greatestThreshold: 0x7fffffff, marksOverloadAtOnce: true },
  '7.2': {
    version: '7.2',
    growsConnectionTable: true,
    greatestThreshold: 0x7fffffff,
    marksOverloadAtOnce: true,
    keepsTemplatePort: true,
  },
};

/** Ticks a second: the kernel counts timeouts in them, in 32 bits. */
export const HZ = 100;

/** The version of IPVS that every one of them reports. */
export const IPVS_VERSION = 0x010201;
