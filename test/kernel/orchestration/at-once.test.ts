/** Two processes that apply at the same time. A state takes several sends, so that those of the other come in between. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type DesiredService, IpvsSync } from '../../../lib/index';

const ROUNDS = 12;
const SERVICES = 40;
const SERVERS = 12;

/** What came of one `apply`. */
interface Outcome {
  attempts?: number;
  changes?: number;
  error?: string;
}

/** Services from a number on, each with real servers from a number on. */
function state(firstService: number, firstServer: number, weight: number): DesiredService[] {
  return Array.from({ length: SERVICES }, (_, n) => ({
    protocol: 'tcp',
    address: '10.9.0.1',
    port: firstService + n,
    scheduler: weight === 1 ? 'rr' : 'wlc',
    destinations: Array.from({ length: SERVERS }, (_, k) => ({
      address: `10.9.1.${firstServer + k}`,
      port: 80,
      weight,
    })),
  }));
}

let ipvs: IpvsSync;
let contenders: ChildProcess[];
beforeAll(async () => {
  ipvs = IpvsSync.open();
  contenders = [0, 1].map(() => fork(join(__dirname, 'contender.cjs')));
  for (const [ready] of await Promise.all(contenders.map((each) => once(each, 'message')))) {
    expect(ready).toBe('ready');
  }
});
beforeEach(() => ipvs.flush());
afterAll(() => {
  for (const contender of contenders) contender.kill();
  ipvs.flush();
  ipvs.close();
});

async function applyAtOnce(...states: DesiredService[][]): Promise<Outcome[]> {
  const answers = contenders.map((each) => once(each, 'message'));
  contenders.forEach((each, n) => {
    each.send(states[n] as DesiredService[]);
  });
  return (await Promise.all(answers)).map(([answer]) => answer);
}

/** Whether the table is this state, as a whole and nothing else. */
function isTable(desired: DesiredService[]): boolean {
  return ipvs.plan(desired, { owns: 'all', guard: false }).isEmpty;
}

test('of the same state both succeed, and each change is made once', async () => {
  let races = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const desired = state(1, 1, 1 + (round % 2));
    ipvs.flush();
    const outcomes = await applyAtOnce(desired, desired);
    expect(outcomes).toEqual([
      { attempts: expect.any(Number), changes: expect.any(Number) },
      { attempts: expect.any(Number), changes: expect.any(Number) },
    ]);
    expect((outcomes[0]?.changes ?? 0) + (outcomes[1]?.changes ?? 0)).toBe(SERVICES * (1 + SERVERS));
    expect(isTable(desired)).toBe(true);
    if (outcomes.every(({ changes }) => changes !== 0)) races++;
  }
  console.info(`${races} of ${ROUNDS} times each made a part`);
});

test('of different states one stands, as a whole', async () => {
  const one = state(1, 1, 1);
  const other = state(1 + SERVICES / 2, 1 + SERVERS / 2, 2);
  let races = 0;
  let won = 0;
  let rounds = 0;
  // Until they have met at least once.
  for (; rounds < ROUNDS || races === 0; rounds++) {
    const outcomes = await applyAtOnce(one, other);
    expect(outcomes).toEqual([
      { attempts: expect.any(Number), changes: expect.any(Number) },
      { attempts: expect.any(Number), changes: expect.any(Number) },
    ]);
    const stands = [isTable(one), isTable(other)];
    expect(stands.filter(Boolean)).toHaveLength(1);
    if (stands[0]) won++;
    if (outcomes.some(({ attempts }) => (attempts ?? 0) > 1)) races++;
  }
  console.info(`${races} of ${rounds} times one tried again; the first's stood ${won} times`);
});
