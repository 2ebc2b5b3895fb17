import type { Ipvs } from '@lvs/netlink';
import type { Cluster } from '../lab/cluster';
import type { Plan } from '../lab/plan';

/** What a scenario plays on. */
export interface Stage {
  cluster: Cluster;
  /** Shows each call it is asked for. */
  ipvs: Ipvs;
}

/** One way to balance load: a cluster, and what is done with it. */
export interface Scenario {
  title: string;
  /** What is particular about its network, in a line. */
  setting: string;
  plan: Plan;
  run(stage: Stage): Promise<void>;
}
