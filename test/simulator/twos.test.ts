/** No kernel at hand has the scheduler twos: what its distribution must be follows from how it chooses. */

import { expect, test } from '@jest/globals';
import { Simulator } from '../../lib/simulator';

const WEB = { protocol: 'tcp', address: '192.0.2.1', port: 80 } as const;
const DRAWS = 10_000;

/** The newest first, as the kernel goes through them, with how many connections are active already. */
const SERVERS = [
  { address: '10.0.0.4', weight: 2, active: 3 },
  { address: '10.0.0.3', weight: 5, active: 4 },
  { address: '10.0.0.2', weight: 0, active: 0 },
  { address: '10.0.0.1', weight: 1, active: 0 },
];

/**
 * How likely each is to be chosen. A draw is a number from 0 to the sum of the weights, both included, and means the first
 * server up to which there is as much weight; of two draws, which are independent, the less busy one for its weight wins.
 */
function likelihoods(): Map<string, number> {
  const chosen = new Map(SERVERS.map(({ address }) => [address, 0]));
  const usable = SERVERS.filter(({ weight }) => weight > 0);
  const drawn = usable.flatMap((server, n) => Array(server.weight + (n === 0 ? 1 : 0)).fill(server));
  for (const one of drawn) {
    for (const other of drawn) {
      const { address } = one.active / one.weight <= other.active / other.weight ? one : other;
      chosen.set(address, (chosen.get(address) as number) + 1 / drawn.length ** 2);
    }
  }
  return chosen;
}

test.each([1, 7, 2026])('twos chooses the less busy of two that are drawn by weight: seed %d', (seed) => {
  const simulator = new Simulator({ seed });
  using ipvs = simulator.openSync();
  let port = 1;
  const connect = () =>
    simulator.connect({ protocol: 'tcp', client: { address: '198.51.100.1', port: port++ }, virtual: WEB });
  // Those that are active stay so.
  ipvs.setTimeouts({ tcp: 1_000_000 });
  ipvs.addService(WEB);
  for (const { address, active } of SERVERS.toReversed()) {
    ipvs.addDestination(WEB, { address, port: 80 });
    for (let n = 0; n < active; n++) connect()?.traffic();
    ipvs.patchDestination(WEB, { address, port: 80 }, { weight: 0 });
  }
  ipvs.setService({ ...WEB, scheduler: 'twos' });
  expect(connect()).toBeUndefined();
  for (const { address, weight } of SERVERS) {
    ipvs.patchDestination(WEB, { address, port: 80 }, { weight });
  }
  const busy = () => ipvs.destinations(WEB).map((each) => [each.address, each.activeConnections]);
  expect(busy()).toEqual(SERVERS.map(({ address, active }) => [address, active]));

  const chosen = new Map(SERVERS.map(({ address }) => [address, 0]));
  for (let n = 0; n < DRAWS; n++) {
    const connection = connect();
    if (connection === undefined) throw new Error('refused');
    const { address } = connection.destination;
    chosen.set(address, (chosen.get(address) as number) + 1);
    // Nobody is busier for it.
    connection.close('reset');
    simulator.advance(11_000);
  }
  for (const [address, likelihood] of likelihoods()) {
    const deviation = Math.sqrt(DRAWS * likelihood * (1 - likelihood));
    const surplus = (chosen.get(address) as number) - DRAWS * likelihood;
    expect([address, Math.abs(surplus) <= 4 * deviation]).toEqual([address, true]);
  }
});
