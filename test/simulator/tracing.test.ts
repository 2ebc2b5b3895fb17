/** What listeners of `node:diagnostics_channel` are told of requests. */

import { tracingChannel } from 'node:diagnostics_channel';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { RequestTrace } from '../../lib/index';
import { Simulator } from '../../lib/simulator';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const;

const channel = tracingChannel<string, RequestTrace>('lvs.netlink:request');
let told: { event: string; request: RequestTrace; done: boolean }[];
let simulator: Simulator;

const subscribers = Object.fromEntries(
  EVENTS.map((event) => [
    event,
    (request: unknown) => {
      const trace = request as RequestTrace;
      told.push({ event, request: trace, done: trace.duration !== undefined });
    },
  ]),
) as unknown as Parameters<typeof channel.subscribe>[0];

beforeEach(() => {
  told = [];
  simulator = new Simulator();
});

afterEach(() => channel.unsubscribe(subscribers));

/** The events of each request, in order, and what it said in the end. */
function requests() {
  const each = new Map<RequestTrace, string[]>();
  for (const { event, request, done } of told) {
    each.set(request, [...(each.get(request) ?? []), done ? `${event}!` : event]);
  }
  return [...each].map(([{ verb, target, sync, records, errno }, events]) => {
    return { verb, target, sync, records, errno, events: events.join(' ') };
  });
}

const WELL = 'start end asyncStart! asyncEnd!';

test('requests that end later', async () => {
  channel.subscribe(subscribers);
  await using ipvs = await simulator.open();
  await Promise.all([ipvs.addService(WEB), ipvs.addDestination(WEB, { address: '10.1.0.1', port: 80 })]);
  await ipvs.table();
  await ipvs.destinations(WEB);
  await ipvs.table({ signal: new AbortController().signal });
  await ipvs.batch([
    { op: 'zero', service: WEB },
    { op: 'zero', service: WEB },
  ]);
  await ipvs.countConnections([]);
  expect(requests()).toEqual([
    { verb: 'open', sync: false, records: 1, events: WELL },
    { verb: 'addService', target: WEB, sync: false, records: 1, events: WELL },
    { verb: 'addDestination', target: expect.anything(), sync: false, records: 1, events: WELL },
    { verb: 'table', sync: false, records: 1, events: WELL },
    { verb: 'destinations', target: WEB, sync: false, records: 1, events: WELL },
    { verb: 'table', sync: false, records: 1, events: WELL },
    { verb: 'batch', sync: false, records: 2, events: WELL },
    { verb: 'countConnections', sync: false, records: 1, events: WELL },
  ]);
  for (const { request } of told) expect(request.duration).toBeGreaterThanOrEqual(0);
});

test("requests on the caller's thread", () => {
  channel.subscribe(subscribers);
  const ipvs = simulator.openSync();
  ipvs.addService(WEB);
  ipvs.batch([{ op: 'flush' }]);
  ipvs.close();
  expect(requests()).toEqual(
    ['open', 'addService', 'batch'].map((verb) => {
      return {
        verb,
        ...(verb === 'addService' && { target: WEB }),
        sync: true,
        records: 1,
        events: 'start end!',
      };
    }),
  );
});

test('what is refused, by the kernel and by the library', async () => {
  await using ipvs = await simulator.open();
  channel.subscribe(subscribers);
  await expect(ipvs.deleteService(WEB)).rejects.toMatchObject({ code: 'ESRCH' });
  await expect(ipvs.deleteService({ ...WEB, port: -1 })).rejects.toMatchObject({ path: 'service.port' });
  expect(requests()).toEqual([
    {
      verb: 'deleteService',
      target: WEB,
      sync: false,
      errno: -3,
      events: 'start end error! asyncStart! asyncEnd!',
    },
    { verb: 'deleteService', target: { ...WEB, port: -1 }, sync: false, events: 'start error! end!' },
  ]);
  expect(told.map(({ request }) => (request.error as Error).message)).toContainEqual(
    expect.stringMatching(/^deleteService tcp 10.0.0.1:80: .*ESRCH/),
  );
});

test('nobody is told who does not listen any more, and results are the same', async () => {
  await using ipvs = await simulator.open();
  channel.subscribe(subscribers);
  const before = await ipvs.table();
  channel.unsubscribe(subscribers);
  expect(await ipvs.table()).toEqual(before);
  expect(told).toHaveLength(4);
});
