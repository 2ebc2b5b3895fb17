/** The machine that is tested: the one that the tests run on, or a simulated one (jest.config.js). */

import type { OpenOptions } from '../../lib/index';
import { Simulator } from '../../lib/simulator';

const { LVS_SIMULATED } = globalThis as { LVS_SIMULATED?: boolean };

/** There from the first test of a file to the last. */
export const simulator = LVS_SIMULATED ? new Simulator() : undefined;

/** Opens a handle on it. */
export const HERE: OpenOptions = simulator === undefined ? {} : { backend: simulator.backend };
