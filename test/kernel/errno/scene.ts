/** Where the rows were observed, and what an independent witness sees there. */

import { formatRules, IpvsSync } from '../../../lib/index';
import { type SimulatedInterface, Simulator } from '../../../lib/simulator';
import { Namespace } from '../control/namespace';
import { Shell } from '../control/shell';
import { simulator } from '../machine';
import type { Step } from './rows';
import type { Call } from './translate';

const DUMMY = [
  'link set lo up',
  'link add dummy0 type dummy',
  'link set dummy0 up',
  'address add 192.168.50.1/24 broadcast 192.168.50.255 dev dummy0',
  'address add fd00:50::1/64 dev dummy0 nodad',
];

/** What each deed comes to, and how it is undone. */
const DEEDS: Record<string, (...args: never[]) => [done: string, undone: string]> = {
  _link: (name: string, up: boolean) => [
    `ip link add ${name} type dummy${up ? ` && ip link set ${name} up` : ''}`,
    `ip link delete ${name}`,
  ],
  _addr_add: (address: string, prefix: number) => [
    `ip address add ${address}/${prefix} dev dummy0`,
    `ip address delete ${address}/${prefix} dev dummy0`,
  ],
  _route_blackhole: (network: string, prefix: number) => [
    `ip route add blackhole ${network}/${prefix}`,
    `ip route delete blackhole ${network}/${prefix}`,
  ],
};

export interface Scene extends AsyncDisposable {
  readonly ipvs: IpvsSync;
  /** Something done to the interfaces. */
  do(step: Step): Promise<void>;
  /** What an independent witness says of the rules. */
  saved(): Promise<string>;
  hasModule(name: string): Promise<boolean>;
  /** Makes all as it was. */
  clear(): Promise<void>;
}

/** `bare`: no interface was ever up. */
export function setScene(name: string, bare = false): Promise<Scene> {
  return simulator === undefined ? KernelScene.set(name, bare) : SimulatedScene.set(bare);
}

/** Carries out a call. */
export function perform({ ipvs }: Scene, { verb, args }: Call): unknown {
  const ask = ipvs[verb as keyof IpvsSync] as (...args: unknown[]) => unknown;
  return ask.apply(ipvs, args);
}

/** Everything that the library reports. */
export function stateOf({ ipvs }: Scene) {
  return { table: ipvs.table(), daemons: ipvs.daemons(), timeouts: ipvs.timeouts() };
}

class KernelScene implements Scene {
  readonly #namespace: Namespace;
  readonly #shell: Shell;
  #undo: string[] = [];

  private constructor(
    namespace: Namespace,
    readonly ipvs: IpvsSync,
  ) {
    this.#namespace = namespace;
    this.#shell = new Shell(namespace.name);
  }

  static async set(name: string, bare: boolean): Promise<Scene> {
    const namespace = await Namespace.make(name, bare ? [] : DUMMY);
    return new KernelScene(namespace, IpvsSync.open({ netns: namespace.path }));
  }

  async do([deed, ...args]: Step): Promise<void> {
    const [done, undone] = DEEDS[deed]?.(...(args as never[])) ?? [];
    const complaint = await this.#shell.run(done as string);
    if (complaint !== '') throw new Error(`${done}: ${complaint}`);
    this.#undo.push(undone as string);
  }

  saved(): Promise<string> {
    return this.#shell.run('ipvsadm -S -n');
  }

  async hasModule(name: string): Promise<boolean> {
    return (await this.#shell.run(`modprobe -n -q ${name} && echo yes`)) !== '';
  }

  async clear(): Promise<void> {
    const { ipvs } = this;
    ipvs.flush();
    for (const { role } of ipvs.daemons()) ipvs.stopDaemon(role);
    ipvs.setTimeouts({ tcp: 900, tcpFin: 120, udp: 300 });
    for (const line of this.#undo.splice(0)) await this.#shell.run(line);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ipvs.close();
    await this.#shell[Symbol.asyncDispose]();
    await this.#namespace[Symbol.asyncDispose]();
  }
}

/** The same on a simulated machine. What is done to its interfaces begins it anew: nothing else was asked of it yet. */
class SimulatedScene implements Scene {
  ipvs: IpvsSync;
  readonly #usual: readonly SimulatedInterface[];
  #interfaces: SimulatedInterface[];

  private constructor(interfaces: readonly SimulatedInterface[]) {
    this.#usual = interfaces;
    this.#interfaces = [...interfaces];
    this.ipvs = new Simulator({ interfaces }).openSync();
  }

  static async set(bare: boolean): Promise<Scene> {
    return new SimulatedScene(
      bare
        ? [{ name: 'lo', up: false }]
        : [{ name: 'dummy0', addresses: ['192.168.50.1/24', 'fd00:50::1/64'] }],
    );
  }

  async do([deed, ...args]: Step): Promise<void> {
    const [name, second] = args as [string, unknown];
    if (deed === '_link') this.#interfaces.push({ name, up: second === true });
    if (deed === '_addr_add') this.#interfaces.push({ name: 'dummy1', addresses: [`${name}/${second}`] });
    this.ipvs = new Simulator({ interfaces: this.#interfaces }).openSync();
  }

  async saved(): Promise<string> {
    return formatRules(this.ipvs.table());
  }

  async hasModule(): Promise<boolean> {
    return true;
  }

  async clear(): Promise<void> {
    this.#interfaces = [...this.#usual];
    this.ipvs = new Simulator({ interfaces: this.#interfaces }).openSync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ipvs.close();
  }
}
