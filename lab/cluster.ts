import type { Endpoint } from '@lvs/netlink';
import { type Host, LocalHost, RemoteHost } from './host';
import { configure, namespaceOf, plugIn, unplug } from './network';
import type { HostPlan, Plan } from './plan';

/**
 * An LVS cluster made of network namespaces. The director is this process's own namespace, so that whoever drives
 * IPVS here drives the cluster's director; the client and the real servers are namespaces with a process in each.
 */
export class Cluster implements AsyncDisposable {
  readonly plan: Plan;
  readonly director: Host;
  readonly client: Host;
  readonly realServers: readonly Host[];
  readonly #remotes = new Map<HostPlan, RemoteHost>();
  #directorBefore: Record<string, string> = {};

  private constructor(plan: Plan) {
    this.plan = plan;
    const remote = (host: HostPlan) => {
      const made = new RemoteHost(host.name, namespaceOf(host));
      this.#remotes.set(host, made);
      return made;
    };
    this.director = new LocalHost(plan.director.name);
    this.client = remote(plan.client);
    this.realServers = plan.realServers.map(remote);
  }

  /** Builds the cluster, in place of whatever an earlier one left behind. */
  static async start(plan: Plan): Promise<Cluster> {
    const cluster = new Cluster(plan);
    try {
      await cluster.#start();
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]().catch(() => {}); // what failed first is what matters
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { director } = this.plan;
    const remotes = [...this.#remotes];
    await unplug(this.plan);
    await plugIn(this.plan);
    for (const [, host] of remotes) host.start();
    await configure(director);
    for (const [plan] of remotes) await configure(plan, namespaceOf(plan));
    await Promise.all(remotes.map(([plan, host]) => host.do('sysctl', plan.sysctls ?? {})));
    this.#directorBefore = await this.director.do('sysctl', director.sysctls ?? {});
  }

  /** Has every real server answer HTTP on a port. */
  async serveHttp(port: number): Promise<void> {
    await Promise.all(this.realServers.map((host) => host.do('serveHttp', { name: host.name, port })));
  }

  /** Has every real server answer datagrams on a port. */
  async serveUdp(port: number): Promise<void> {
    const { family } = this.plan;
    await Promise.all(this.realServers.map((host) => host.do('serveUdp', { name: host.name, port, family })));
  }

  /** A port of the virtual service's address. */
  virtual(port: number): Endpoint {
    return { address: this.plan.vip, port };
  }

  /** A port of each real server, as the director's destinations name it. */
  destinations(port: number): [Endpoint, Endpoint] {
    const [rs1, rs2] = this.plan.realServers;
    return [
      { address: rs1.address, port },
      { address: rs2.address, port },
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#remotes.values()].map((host) => host[Symbol.asyncDispose]()));
    await unplug(this.plan);
    await this.director.do('sysctl', this.#directorBefore);
  }
}
