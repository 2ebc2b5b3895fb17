/** Plans of what the kernel has: any shape that it can hold, and any change between two states. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addon } from '../../../lib/backend/addon';
import { IpvsSync } from '../../../lib/index';
import { Random } from '../../../lib/simulator/random';
import { isGuest, ModuleHelper } from '../control/guest';
import { Namespace } from '../control/namespace';
import { RandomRequests } from '../simulator/random-requests';
import { samples, textOf } from './desired';

const SEED = Number(process.env.LVS_PLAN_SEED ?? Math.floor(Math.random() * 2 ** 32));
const TABLES = 60;
const PER_TABLE = 150;
const STATES = 40;

let namespace: Namespace;
beforeAll(async () => {
  namespace = await Namespace.make('planned', [
    'link set lo up',
    'link add dummy0 type dummy',
    'link set dummy0 up',
    'address add 192.168.50.1/24 broadcast 192.168.50.255 dev dummy0',
    'address add fd00:50::1/64 dev dummy0 nodad',
  ]);
  using ipvs = IpvsSync.open({ netns: namespace.path });
  for (const scheduler of 'rr wrr lc wlc lblc lblcr dh sh mh sed nq fo ovf'.split(' ')) {
    ipvs.addService({ fwmark: 1, scheduler, persistence: { engine: 'sip' } });
    ipvs.flush();
  }
});
afterAll(() => namespace?.[Symbol.asyncDispose]());

test(`the plan of the table's own rows is empty (seed ${SEED})`, () => {
  using _ = isGuest ? new ModuleHelper('/bin/false') : undefined;
  const raw = addon().createHandle();
  expect(raw.openSync(namespace.path)).toBe(0);
  using ipvs = IpvsSync.open({ netns: namespace.path });
  const requests = new RandomRequests(new Random(SEED));
  let rows = 0;
  for (let n = 0; n < TABLES; n++) {
    raw.exchangeSync(requests.make(PER_TABLE).buffer, PER_TABLE, 0);
    const table = ipvs.table();
    rows += table.length;
    expect(ipvs.plan(table, { owns: 'all' }).toString()).toBe('');
  }
  expect(rows).toBeGreaterThan(TABLES);
  for (const { role } of ipvs.daemons()) ipvs.stopDaemon(role);
  ipvs.flush();
  raw.close();
});

test(`one state after the other (seed ${SEED})`, async () => {
  using ipvs = IpvsSync.open({ netns: namespace.path });
  using other = IpvsSync.open({ netns: namespace.path });
  for (const state of samples(STATES, SEED)) {
    const planned = ipvs.plan(state, { owns: 'all', guard: false });
    const result = ipvs.apply(state, { owns: 'all', guard: false });
    expect(result.changes).toEqual(planned.changes);
    expect(result.attempts).toBe(1);
    expect(ipvs.plan(state, { owns: 'all' }).toString()).toBe('');
    const applied = await textOf(ipvs as never);
    ipvs.flush();
    for (const { destinations, ...service } of state) {
      other.addService(service);
      for (const destination of destinations) other.addDestination(service, destination);
    }
    expect(await textOf(other)).toEqual(applied);
  }
  ipvs.flush();
}, 120_000);
