/** The same connections through a real director and through the simulator: each goes to the same real server. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { run } from '../../../lab/shell';
import { Random } from '../../../lib/simulator/random';
import { Clients } from './clients';
import { Directors, type Scene } from './directors';

const CONNECTIONS = 1000;

/** How many are opened before the first is answered: a guest takes long to change between client and real server. */
const MOST_AT_ONCE = 10;

let clients: Clients;
beforeAll(async () => {
  clients = await Clients.make();
}, 60_000);
afterAll(() => clients?.[Symbol.asyncDispose]());

/** Each connection is compared, and every few how busy all are; at the end, the entries. */
async function compare(connections: number, scene: Scene): Promise<void> {
  const seed = Number(process.env.LVS_DIFFERENTIAL_SEED ?? Math.floor(Math.random() * 2 ** 32));
  const directors = new Directors(clients, seed, scene);
  const random = new Random(seed + 1);
  const chosen = new Set<string | undefined>();
  try {
    for (let made = 0; made < connections; ) {
      const count = Math.min(1 + random.below(MOST_AT_ONCE), connections - made);
      if (random.below(100) < 3 * count) await directors.change();
      const pairs = await directors.connect(count);
      const [busy, simulatedBusy] = directors.connections();
      const context = `seed ${seed}, connections from ${made}`;
      const [theirs, ours] = [pairs.map(([real]) => real), pairs.map(([, simulated]) => simulated)];
      expect([context, ...ours, ...simulatedBusy]).toEqual([context, ...theirs, ...busy]);
      for (const server of theirs) chosen.add(server);
      made += count;
    }
    const [entries, simulatedEntries] = directors.entries();
    expect([seed, ...simulatedEntries]).toEqual([seed, ...entries]);
  } finally {
    directors.end();
  }
  expect(chosen.size).toBeGreaterThan(1);
}

test.each<[title: string, scene: Scene]>([
  ['rr', { port: 1, options: { scheduler: 'rr' }, address: '10.7.0.1' }],
  ['wrr', { port: 2, options: { scheduler: 'wrr' }, address: '10.7.0.2' }],
  ['lc', { port: 3, options: { scheduler: 'lc' }, address: '10.7.0.3' }],
  ['wlc', { port: 4, options: { scheduler: 'wlc' }, address: '10.7.0.4' }],
  ['sed', { port: 5, options: { scheduler: 'sed' }, address: '10.7.0.5' }],
  ['nq', { port: 6, options: { scheduler: 'nq' }, address: '10.7.0.6' }],
  ['fo', { port: 7, options: { scheduler: 'fo' }, address: '10.7.0.7' }],
  ['ovf', { port: 8, options: { scheduler: 'ovf' }, address: '10.7.0.8' }],
  ['sh', { port: 9, options: { scheduler: 'sh' }, address: '10.7.0.9' }],
  ['mh', { port: 11, options: { scheduler: 'mh' }, address: '10.7.0.11' }],
  // Those that go by what clients ask for: a mark stands for many addresses.
  ['dh', { port: 9001, options: { scheduler: 'dh' } }],
  ['lblc', { port: 9002, options: { scheduler: 'lblc' } }],
  ['lblcr', { port: 9003, options: { scheduler: 'lblcr' } }],
])(`%s: ${CONNECTIONS} connections`, (_, scene) => compare(CONNECTIONS, scene), 60_000);

test.each<[title: string, scene: Scene]>([
  [
    'sh with its flags',
    { port: 10, options: { scheduler: 'sh', flags: ['sh-fallback', 'sh-port'] }, address: '10.7.0.10' },
  ],
  [
    'mh with its flags',
    { port: 12, options: { scheduler: 'mh', flags: ['mh-fallback', 'mh-port'] }, address: '10.7.0.12' },
  ],
  ['sh by IPv6', { port: 17, options: { scheduler: 'sh' }, address: 'fd07::1' }],
  ['mh by IPv6', { port: 18, options: { scheduler: 'mh' }, address: 'fd07::2' }],
  [
    'sh by IPv6 with its flags',
    { port: 19, options: { scheduler: 'sh', flags: ['sh-fallback', 'sh-port'] }, address: 'fd07::3' },
  ],
  ['dh by IPv6', { port: 9101, options: { scheduler: 'dh' }, family: 'ipv6' }],
])('%s: 300 connections', (_, scene) => compare(300, scene), 60_000);

test.each<[title: string, scene: Scene]>([
  [
    'of clients',
    { port: 13, options: { scheduler: 'rr', persistence: { timeout: 600 } }, address: '10.7.0.13' },
  ],
  [
    'of networks of clients',
    { port: 14, options: { scheduler: 'wlc', persistence: { netmask: 21 } }, address: '10.7.0.14' },
  ],
  [
    'of every port',
    {
      port: 0,
      options: { scheduler: 'rr', persistence: true },
      address: '10.7.0.15',
      targets: [8000, 8001, 8002],
    },
  ],
  ['of a mark', { port: 9004, options: { scheduler: 'rr', persistence: true } }],
  [
    'that ends at weight 0',
    {
      port: 16,
      options: { scheduler: 'rr', persistence: true },
      address: '10.7.0.16',
      sysctls: { expire_quiescent_template: 1 },
    },
  ],
])(
  'persistence %s: 300 connections',
  async (_, scene) => {
    const settings = Object.entries(scene.sysctls ?? {});
    const set = (to: (value: number) => number) =>
      Promise.all(
        settings.map(([name, value]) =>
          run('ip', [
            ...['netns', 'exec', clients.director.name],
            ...['sysctl', '-qw', `net.ipv4.vs.${name}=${to(value)}`],
          ]),
        ),
      );
    await set((value) => value);
    await compare(300, scene);
    await set(() => 0);
  },
  60_000,
);
