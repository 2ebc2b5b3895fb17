/** A simulated machine's IPVS: what the control plane changes and the data plane goes by. */

import { Clock } from './clock';
import { ConnectionTable } from './connections/table';
import { Daemons } from './control-plane/daemons';
import { Timeouts } from './control-plane/timeouts';
import { KERNELS, type Kernel } from './kernel';
import { Network } from './network';
import type { CheckedOptions } from './options';
import { Random } from './random';
import { Estimator, Statistics } from './statistics';
import type { Sysctls } from './sysctls';
import { ServiceTable } from './table/service-table';
import { Trash } from './table/trash';

export class Director {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly clock = new Clock();
  readonly random: Random;
  readonly sysctls: Sysctls;
  readonly services: ServiceTable;
  readonly trash = new Trash(this.clock);
  readonly connections: ConnectionTable;
  readonly timeouts = new Timeouts();
  readonly daemons: Daemons;
  /** Of all services together. */
  readonly statistics = new Statistics();
  readonly estimator: Estimator;
  /** How many destinations are of another family than their service. */
  mixedDestinations = 0;

  constructor({ kernel, connectionTableSize, interfaces, sysctls, seed }: CheckedOptions) {
    this.kernel = KERNELS[kernel];
    this.network = new Network(interfaces);
    this.random = new Random(seed);
    this.sysctls = sysctls;
    this.services = new ServiceTable(this.random);
    this.connections = new ConnectionTable(this.kernel, this.clock, this.random, connectionTableSize);
    this.daemons = new Daemons(this.network);
    this.estimator = new Estimator(this.clock, () => this.sysctls.isSet('run_estimation'));
  }

  /** Counts for a service or a destination, and has the estimator copy it. */
  count(statistics: Statistics, counter: number, count: number): void {
    if (count === 0) return;
    statistics.add(counter, count);
    this.estimator.watch(statistics);
  }
}
