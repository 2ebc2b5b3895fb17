/** A real director and a simulated one, which are told and asked the same. */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { release } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import {
  type Connection,
  type DestinationSpec,
  type Endpoint,
  IpvsSync,
  type ServiceKey,
  type ServiceOptions,
} from '../../../lib/index';
import { type KernelVersion, type SimulatedConnection, Simulator } from '../../../lib/simulator';
import { Random } from '../../../lib/simulator/random';
import type { Cast, Clients } from './clients';

/** How many are open at a time: both ends of each are files. */
const MOST_OPEN = 150;

const KERNEL = release().split('.').slice(0, 2).join('.') as KernelVersion;

/** The service, and whom its clients ask for. */
export interface Scene {
  /** Services differ in their ports, since the kernel remembers the destinations of one that is gone. 0 is every port. */
  port: number;
  options: ServiceOptions;
  /** Of its own, so that entries tell whose they are. A marked port's clients ask for many. */
  address?: string;
  /** Of a marked port's clients; otherwise the address tells. */
  family?: 'ipv6';
  /** The ports that clients ask for. Default: the service's. */
  targets?: readonly number[];
  /** Of the director's namespace. */
  sysctls?: Record<string, number>;
}

interface Pair {
  socket: Socket;
  simulated: SimulatedConnection;
}

export class Directors {
  readonly #clients: Clients;
  readonly #cast: Cast;
  readonly #random: Random;
  readonly #real: IpvsSync;
  readonly #simulator: Simulator;
  readonly #simulated: IpvsSync;
  readonly #service: ServiceKey;
  readonly #servers: readonly Endpoint[];
  readonly #addresses: readonly string[];
  readonly #targets: readonly number[];
  /** 0 where packets have none. */
  readonly #mark: number;
  readonly #present = new Set<Endpoint>();
  readonly #open: Pair[] = [];
  /** One that no other connection has had: real servers would see the same connection again. */
  static #port = 10_000;

  constructor(clients: Clients, seed: number, scene: Scene) {
    const { port, options, address = '', targets = [port], sysctls = {} } = scene;
    const isIpv6 = scene.family === 'ipv6' || address.includes(':');
    this.#cast = isIpv6 ? clients.ipv6 : clients.ipv4;
    this.#clients = clients;
    this.#random = new Random(seed);
    this.#real = IpvsSync.open({ netns: clients.director.path });
    this.#simulator = new Simulator({ kernel: KERNEL, sysctls });
    this.#simulated = this.#simulator.openSync();
    this.#mark = clients.markedPorts.includes(port) ? port : 0;
    this.#addresses = this.#mark === 0 ? [address] : this.#cast.marked;
    this.#targets = targets;
    this.#service =
      this.#mark === 0
        ? { protocol: 'tcp', address, port }
        : { fwmark: this.#mark, family: isIpv6 ? 'ipv6' : 'ipv4' };
    // Clients of every port reach the real servers at the port that they ask for.
    this.#servers = this.#cast.realServers.map((server) => (port === 0 ? { ...server, port } : server));
    this.#onBoth((ipvs) => {
      ipvs.flush();
      ipvs.addService({ ...this.#service, ...options });
    });
    for (const server of this.#servers) this.#addServer(server);
  }

  #onBoth(command: (ipvs: IpvsSync) => void): void {
    command(this.#real);
    command(this.#simulated);
  }

  #one<T>(of: readonly T[]): T {
    return of[this.#random.below(of.length)] as T;
  }

  #spec(server: Endpoint): DestinationSpec {
    const weight = this.#one([0, 1, 1, 2, 3, 5, 30]);
    const upperThreshold = this.#one([0, 0, 0, 10, 20, 40, 80]);
    const lowerThreshold = Math.min(upperThreshold, this.#one([0, 0, 5, 15, 35]));
    return { ...server, forward: 'masq', weight, upperThreshold, lowerThreshold };
  }

  #addServer(server: Endpoint): void {
    const spec = this.#spec(server);
    this.#present.add(server);
    this.#onBoth((ipvs) => ipvs.addDestination(this.#service, spec));
  }

  /** Now and then a real server comes, goes or changes. */
  async change(): Promise<void> {
    const server = this.#one(this.#servers);
    if (!this.#present.has(server)) {
      this.#addServer(server);
    } else if (this.#random.below(3) === 0) {
      // The packets of its connections would be dropped from now on: nobody could end them.
      const isItsOwn = ({ simulated }: Pair) => simulated.destination.address === server.address;
      await Promise.all(this.#open.filter(isItsOwn).map((pair) => this.#close(pair)));
      this.#present.delete(server);
      this.#onBoth((ipvs) => ipvs.deleteDestination(this.#service, server));
    } else {
      const spec = this.#spec(server);
      this.#onBoth((ipvs) => ipvs.setDestination(this.#service, spec));
    }
  }

  /** Opens connections through both, one right behind the other, and returns which real server has each in either. */
  async connect(count: number): Promise<[real: string | undefined, simulated: string | undefined][]> {
    const flows = Array.from({ length: count }, () => {
      const client = { address: this.#one(this.#cast.clients), port: Directors.#port++ };
      const virtual = { address: this.#one(this.#addresses), port: this.#one(this.#targets) };
      const asked = this.#mark === 0 ? virtual : { fwmark: this.#mark, ...virtual };
      const simulated = this.#simulator.connect({ protocol: 'tcp', client, virtual: asked });
      return { simulated, opening: this.#clients.connect(client, virtual) };
    });
    const chosen: [real: string | undefined, simulated: string | undefined][] = [];
    for (const { simulated, opening } of flows) {
      const opened = await opening;
      chosen.push([opened?.server, simulated?.destination.address]);
      if (opened === undefined || simulated === undefined) continue;
      simulated.traffic();
      this.#open.push({ socket: opened.socket, simulated });
    }
    await this.#closeSome(chosen.length);
    return chosen;
  }

  /** Of so many new ones two of five, and what is too many. */
  async #closeSome(count: number): Promise<void> {
    const closing: Promise<void>[] = [];
    for (let n = 0; n < count && this.#open.length > 0; n++) {
      if (this.#open.length > MOST_OPEN || this.#random.below(100) < 40)
        closing.push(this.#close(this.#one(this.#open)));
    }
    await Promise.all(closing);
  }

  async #close(pair: Pair): Promise<void> {
    const { socket, simulated } = pair;
    this.#open.splice(this.#open.indexOf(pair), 1);
    const closed = once(socket, 'close', { signal: AbortSignal.timeout(5000) });
    socket.end();
    await closed;
    simulated.close();
  }

  /** How busy each real server is. */
  connections(): [real: string[], simulated: string[]] {
    const counts = (ipvs: IpvsSync) =>
      ipvs
        .destinations(this.#service)
        .map(
          ({ address, activeConnections, inactiveConnections, persistentConnections }) =>
            `${address} ${activeConnections} ${inactiveConnections} ${persistentConnections}`,
        );
    return [counts(this.#real), counts(this.#simulated)];
  }

  /** The entries of this service's clients. */
  entries(): [real: string[], simulated: string[]] {
    const isOurs = ({ virtual }: Connection) =>
      'fwmark' in virtual
        ? virtual.fwmark === this.#mark
        : this.#mark === 0
          ? virtual.address === this.#addresses[0]
          : virtual.port === this.#mark;
    const entries = (ipvs: IpvsSync) =>
      [...ipvs.connections()]
        .filter(isOurs)
        .map(({ expires, ...entry }) => JSON.stringify(entry))
        .sort();
    // The kernel skips entries where others, of earlier scenes, expire as it is read: what two readings say is true.
    let [before, real] = [entries(this.#real), entries(this.#real)];
    while (!isDeepStrictEqual(before, real)) [before, real] = [real, entries(this.#real)];
    return [real, entries(this.#simulated)];
  }

  end(): void {
    for (const { socket } of this.#open) socket.destroy();
    this.#simulated.close();
    this.#real.close();
  }
}
