/** Where the rows were observed, and what an independent witness sees there. */

import { IpvsSync } from '../../../lib/index';
import { Namespace } from '../control/namespace';
import { Shell } from '../control/shell';
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

export class Scene implements AsyncDisposable {
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

  /** `bare`: no interface was ever up. */
  static async set(name: string, bare = false): Promise<Scene> {
    const namespace = await Namespace.make(name, bare ? [] : DUMMY);
    return new Scene(namespace, IpvsSync.open({ netns: namespace.path }));
  }

  perform({ verb, args }: Call): unknown {
    const ask = this.ipvs[verb as keyof IpvsSync] as (...args: unknown[]) => unknown;
    return ask.apply(this.ipvs, args);
  }

  async do([deed, ...args]: Step): Promise<void> {
    const [done, undone] = DEEDS[deed]?.(...(args as never[])) ?? [];
    const complaint = await this.#shell.run(done as string);
    if (complaint !== '') throw new Error(`${done}: ${complaint}`);
    this.#undo.push(undone as string);
  }

  /** Everything that the library reports. */
  state() {
    const { ipvs } = this;
    return { table: ipvs.table(), daemons: ipvs.daemons(), timeouts: ipvs.timeouts() };
  }

  /** What ipvsadm saves. */
  saved(): Promise<string> {
    return this.#shell.run('ipvsadm -S -n');
  }

  async hasModule(name: string): Promise<boolean> {
    return (await this.#shell.run(`modprobe -n -q ${name} && echo yes`)) !== '';
  }

  /** Makes all as it was. */
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
