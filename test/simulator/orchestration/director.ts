/** A simulated director on fake time. */

import { afterEach, beforeEach, jest } from '@jest/globals';
import type { Ipvs } from '../../../lib/index';
import { type SimulatedConnection, Simulator, type SimulatorOptions } from '../../../lib/simulator/index';

export const WEB = { protocol: 'tcp', address: '192.0.2.1', port: 80 } as const;
export const ONE = { address: '10.0.0.1', port: 8080 } as const;
export const TWO = { address: '10.0.0.2', port: 8080 } as const;

export interface Scene {
  simulator: Simulator;
  ipvs: Ipvs;
}

/** Each test of the file runs on fake timers. */
export function onFakeTime(): void {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
}

/** A web service with two real servers of weight 5. */
export async function twoServers(options: SimulatorOptions = {}): Promise<Scene> {
  const simulator = new Simulator(options);
  const ipvs = await simulator.open();
  await ipvs.addService({ ...WEB, scheduler: 'rr' });
  for (const server of [ONE, TWO]) await ipvs.addDestination(WEB, { ...server, forward: 'masq', weight: 5 });
  return { simulator, ipvs };
}

/** Both clocks go on, a little at a time. */
export async function pass({ simulator }: Scene, milliseconds: number, step = 100): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += step) {
    simulator.advance(step);
    await jest.advanceTimersByTimeAsync(step);
  }
}

let port = 20_000;

/** A connection of a client of its own to the server. */
export function connectTo(
  { simulator }: Scene,
  server: { address: string },
  virtual = WEB as { protocol: 'tcp' | 'udp'; address: string; port: number },
): SimulatedConnection {
  for (let tries = 0; tries < 20; tries++) {
    const client = { address: '198.51.100.7', port: port++ };
    const connection = simulator.connect({ protocol: virtual.protocol, client, virtual });
    if (connection?.destination.address === server.address) {
      connection.traffic({ packetsIn: 1, packetsOut: 1 });
      return connection;
    }
    connection?.close('reset');
  }
  throw new Error(`no connection went to ${server.address}`);
}

/** What became of a promise so far. */
export function outcome<T>(promise: Promise<T>): { value?: T; error?: unknown } {
  const so: { value?: T; error?: unknown } = {};
  promise.then(
    (value) => {
      so.value = value;
    },
    (error) => {
      so.error = error;
    },
  );
  return so;
}
