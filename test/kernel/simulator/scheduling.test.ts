/** The same connections through a real director and through the simulator: each goes to the same real server. */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { release } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type DestinationSpec,
  type Endpoint,
  IpvsSync,
  type ServiceKey,
  type ServiceOptions,
} from '../../../lib/index';
import { type KernelVersion, type SimulatedConnection, Simulator } from '../../../lib/simulator';
import { Random } from '../../../lib/simulator/random';
import { Clients } from './clients';

const CONNECTIONS = 1000;
/** How many are open at a time: both ends of each are files. */
const MOST_OPEN = 150;

const KERNEL = release().split('.').slice(0, 2).join('.') as KernelVersion;

let clients: Clients;
let real: IpvsSync;
beforeAll(async () => {
  clients = await Clients.make();
  real = IpvsSync.open({ netns: clients.director.path });
}, 60_000);
afterAll(async () => {
  real?.close();
  await clients?.[Symbol.asyncDispose]();
});

interface Pair {
  socket: Socket;
  simulated: SimulatedConnection;
}

/** A real director and a simulated one, which are told and asked the same. */
class Directors {
  readonly #random: Random;
  readonly #simulator = new Simulator({ kernel: KERNEL });
  readonly #simulated = this.#simulator.openSync();
  readonly #service: ServiceKey;
  /** The services' ports and marks differ, since the kernel remembers the destinations of one that is gone. */
  readonly #virtualPort: number;
  readonly #isMarked: boolean;
  readonly #present = new Set<Endpoint>();
  readonly #open: Pair[] = [];
  /** One that no other connection has had: real servers would see the same connection again. */
  static #port = 10_000;

  constructor(seed: number, virtualPort: number, options: ServiceOptions) {
    this.#random = new Random(seed);
    this.#virtualPort = virtualPort;
    this.#isMarked = clients.markedPorts.includes(virtualPort);
    const [address = ''] = clients.virtual;
    this.#service = this.#isMarked
      ? { fwmark: virtualPort }
      : { protocol: 'tcp', address, port: virtualPort };
    this.#onBoth((ipvs) => {
      ipvs.flush();
      ipvs.addService({ ...this.#service, ...options });
    });
    for (const server of clients.realServers) this.#addServer(server);
  }

  #onBoth(command: (ipvs: IpvsSync) => void): void {
    command(real);
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
    const server = this.#one(clients.realServers);
    if (!this.#present.has(server)) {
      this.#addServer(server);
    } else if (this.#random.below(3) === 0) {
      // The packets of its connections would be dropped from now on: nobody could end them.
      const isItsOwn = ({ simulated }: Pair) => simulated.destination.address === server.address;
      for (const pair of this.#open.filter(isItsOwn)) await this.#close(pair);
      this.#present.delete(server);
      this.#onBoth((ipvs) => ipvs.deleteDestination(this.#service, server));
    } else {
      const spec = this.#spec(server);
      this.#onBoth((ipvs) => ipvs.setDestination(this.#service, spec));
    }
  }

  /** Opens a connection through both, and returns which real server has it in either. */
  async connect(): Promise<[real: string | undefined, simulated: string | undefined]> {
    const client = { address: this.#one(clients.addresses), port: Directors.#port++ };
    const address = this.#isMarked ? this.#one(clients.virtual) : (clients.virtual[0] as string);
    const virtual = { address, port: this.#virtualPort };
    const simulated = this.#simulator.connect({
      protocol: 'tcp',
      client,
      virtual: this.#isMarked ? { fwmark: this.#virtualPort, ...virtual } : virtual,
    });
    const opened = await clients.connect(client, virtual);
    if (opened !== undefined && simulated !== undefined) {
      simulated.traffic();
      this.#open.push({ socket: opened.socket, simulated });
      if (this.#open.length > MOST_OPEN || this.#random.below(100) < 40)
        await this.#close(this.#one(this.#open));
    }
    return [opened?.server, simulated?.destination.address];
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
        .map((each) => `${each.address} ${each.activeConnections} ${each.inactiveConnections}`);
    return [counts(real), counts(this.#simulated)];
  }

  end(): void {
    for (const { socket } of this.#open) socket.destroy();
    this.#simulated.close();
  }
}

/** The scheduler, and the port of the service: of those that go by the client's target, one with a mark. */
test.each<[scheduler: string, port: number, options: ServiceOptions]>([
  ['rr', 1, {}],
  ['wrr', 2, {}],
  ['lc', 3, {}],
  ['wlc', 4, {}],
  ['sed', 5, {}],
  ['nq', 6, {}],
  ['fo', 7, {}],
  ['ovf', 8, {}],
  ['sh', 9, {}],
  ['sh', 10, { flags: ['sh-fallback', 'sh-port'] }],
  ['mh', 11, {}],
  ['mh', 12, { flags: ['mh-fallback', 'mh-port'] }],
  ['dh', 9001, {}],
  ['lblc', 9002, {}],
  ['lblcr', 9003, {}],
])(
  `%s on port %i, %j: ${CONNECTIONS} connections`,
  async (scheduler, port, options) => {
    const seed = Number(process.env.LVS_DIFFERENTIAL_SEED ?? Math.floor(Math.random() * 2 ** 32));
    const directors = new Directors(seed, port, { scheduler, ...options });
    const random = new Random(seed + 1);
    const chosen = new Map<string | undefined, number>();
    try {
      for (let n = 0; n < CONNECTIONS; n++) {
        if (random.below(100) < 3) await directors.change();
        const [theirs, ours] = await directors.connect();
        const context = `seed ${seed}, connection ${n}`;
        expect([context, ours, ...directors.connections()[1]]).toEqual([
          context,
          theirs,
          ...directors.connections()[0],
        ]);
        chosen.set(theirs, (chosen.get(theirs) ?? 0) + 1);
      }
    } finally {
      directors.end();
    }
    expect(chosen.size).toBeGreaterThan(1);
  },
  180_000,
);
