/** The packed table, and its rows: all at once, one by one, and as lvsadm lists them. */

import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import type { BackendHandle } from '../../lib/backend/backend';
import type { DestinationSpec } from '../../lib/model/destination';
import type { ServiceSpec } from '../../lib/model/service';
import { finish } from '../../lib/session/pacing';
import { Answer } from '../../lib/wire/answer';
import { writeDestination } from '../../lib/wire/destination-spec';
import { Memory } from '../../lib/wire/memory';
import {
  DESTINATION,
  DESTINATION_STATE,
  Operation,
  SERVICE,
  SERVICE_STATE,
  STATUS,
} from '../../lib/wire/records';
import { writeService } from '../../lib/wire/service-spec';
import { PackedTable, Rows, readRows } from '../../lib/wire/table';
import { lvsadm } from '../lvsadm';
import { Recorder } from '../recorder';

const TABLE: [ServiceSpec, DestinationSpec[]][] = [
  [
    { protocol: 'tcp', address: '10.0.0.2', port: 80, scheduler: 'rr' },
    [
      { address: '10.1.0.2', port: 80, forward: 'masq', weight: 3 },
      { address: '10.1.0.1', port: 8080, forward: 'masq', weight: 0 },
    ],
  ],
  [{ fwmark: 7, scheduler: 'wlc', persistence: { timeout: 60 } }, []],
  [
    { protocol: 'udp', address: '10.0.0.1', port: 53, scheduler: 'rr' },
    [{ address: '10.1.0.1', port: 53, forward: 'droute', weight: 1 }],
  ],
];

/** The answer to a reading of the whole table, with counters or without: the destinations, and then the services. */
function answer(hasStats: boolean): ArrayBuffer {
  const serviceSize = hasStats ? SERVICE.size : SERVICE_STATE;
  const destinationSize = hasStats ? DESTINATION.size : DESTINATION_STATE;
  const destinations = TABLE.flatMap(([, list]) => list);
  const services = STATUS.size + destinations.length * destinationSize;
  const memory = new Memory(new ArrayBuffer(services + TABLE.length * serviceSize));
  memory.setU32(STATUS.offset, services);
  memory.setU32(STATUS.count, TABLE.length);
  for (const [n, destination] of destinations.entries()) {
    writeDestination(memory, STATUS.size + n * destinationSize, destination, 2);
  }
  for (const [n, [service, list]] of TABLE.entries()) {
    writeService(memory, services + n * serviceSize, service);
    memory.setU32(services + n * serviceSize + SERVICE.destinations, list.length);
  }
  return memory.buffer;
}

test('rows made one by one are those that are made all at once', () => {
  const table = new PackedTable(new Answer(answer(true)), 0, true);
  const whole = finish(readRows(table));
  const rows = new Rows(table);
  expect(rows.length).toBe(TABLE.length);
  expect(whole.map(({ destinations }) => destinations.length)).toEqual([2, 0, 1]);
  for (const [n, row] of whole.entries()) {
    expect(rows.row(n)).toEqual(row);
    const { destinations, ...service } = rows.state(n);
    expect(row).toMatchObject({ ...service, destinations });
    expect(rows.service(n)).toEqual(service);
    for (const state of [service, ...destinations]) expect(state).not.toHaveProperty('stats');
  }
});

test('console.log shows the destinations, and no more than was asked for', () => {
  const rows = finish(readRows(new PackedTable(new Answer(answer(true)), 0, true)));
  expect(inspect(rows)).toContain("address: '10.1.0.1'");
  expect(inspect(rows, { depth: 0 })).toContain('destinations: [Array]');
  expect(inspect(rows, { depth: null })).toContain('bytesOut: 0n');
  expect(inspect({ a: { b: { c: rows } } })).toBe('{ a: { b: { c: [Array] } } }');
  expect(Object.keys(rows)).toEqual(['0', '1', '2']);
});

/** How many times reading it lets others have their turn. */
function yields(steps: Generator<void, unknown>): number {
  let count = 0;
  while (!steps.next().done) count++;
  return count;
}

/** A table of so many services, with so many destinations each. */
function large(services: number, destinations: number, stats: boolean): PackedTable {
  const [ofService, ofDestination] = stats
    ? [SERVICE.size, DESTINATION.size]
    : [SERVICE_STATE, DESTINATION_STATE];
  const first = STATUS.size + services * destinations * ofDestination;
  const memory = new Memory(new ArrayBuffer(first + services * ofService));
  memory.setU32(STATUS.offset, first);
  memory.setU32(STATUS.count, services);
  const [service, [destination]] = TABLE[0] as [ServiceSpec, [DestinationSpec]];
  const requests = new Memory(new ArrayBuffer(SERVICE.size + DESTINATION.size));
  writeService(requests, 0, service);
  writeDestination(requests, SERVICE.size, destination, 2);
  for (let n = 0; n < services; n++) {
    memory.u8.set(requests.u8.subarray(0, ofService), first + n * ofService);
    memory.setU32(first + n * ofService + SERVICE.destinations, destinations);
  }
  for (let n = 0; n < services * destinations; n++) {
    const bytes = requests.u8.subarray(SERVICE.size, SERVICE.size + ofDestination);
    memory.u8.set(bytes, STATUS.size + n * ofDestination);
  }
  return new PackedTable(new Answer(memory.buffer), 0, stats);
}

test.each([
  [6400, 0],
  [1, 6399],
  [640, 9],
])('%i services with %i destinations each are read in a hundred steps', (services, destinations) => {
  for (const stats of [true, false]) {
    const table = large(services, destinations, stats);
    expect(yields(readRows(table))).toBe(100);
    expect(finish(readRows(table))).toHaveLength(services);
  }
});

test('lists of records are read in steps', () => {
  const { memory } = large(0, 0, true);
  const answer = new Answer(new ArrayBuffer(memory.u8.length + 6400 * 8));
  answer.memory.setU32(STATUS.offset, STATUS.size);
  answer.memory.setU32(STATUS.count, 6400);
  const offsets: number[] = [];
  expect(yields(answer.list(0, 8, (_, offset) => offsets.push(offset)))).toBe(100);
  expect(offsets).toEqual(Array.from({ length: 6400 }, (_, n) => STATUS.size + n * 8));
});

test('a table without counters has the same rows', () => {
  const states = finish(readRows(new PackedTable(new Answer(answer(false)), 0, false)));
  const rows = new Rows(new PackedTable(new Answer(answer(true)), 0, true));
  expect(states).toEqual(states.map((_, n) => rows.state(n)));
  expect(states).toHaveLength(TABLE.length);
});

async function listed(...args: string[]): Promise<string> {
  const handle = new Recorder().createHandle();
  const holding: BackendHandle = {
    ...handle,
    exchangeSync: (requests, count, milliseconds) => {
      const [operation] = new Uint8Array(requests);
      return operation === Operation.table || operation === Operation.tableState
        ? answer(operation === Operation.table)
        : handle.exchangeSync(requests, count, milliseconds);
    },
  };
  const { stdout, stderr } = await lvsadm(args, { backend: { createHandle: () => holding } });
  expect(stderr).toBe('');
  return stdout;
}

test('lvsadm lists it in order', async () => {
  expect(await listed('-S', '-n')).toBe(`\
-A -t 10.0.0.2:80 -s rr
-a -t 10.0.0.2:80 -r 10.1.0.1:8080 -m -w 0
-a -t 10.0.0.2:80 -r 10.1.0.2:80 -m -w 3
-A -u 10.0.0.1:53 -s rr
-a -u 10.0.0.1:53 -r 10.1.0.1:53 -g -w 1
-A -f 7 -s wlc -p 60
`);
  expect(await listed('-L', '-n')).toBe(`\
IP Virtual Server version 1.2.1 (size=0)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.0.0.2:80 rr
  -> 10.1.0.1:8080                Masq    0      0          0         
  -> 10.1.0.2:80                  Masq    3      0          0         
UDP  10.0.0.1:53 rr
  -> 10.1.0.1:53                  Route   1      0          0         
FWM  7 wlc persistent 60
`);
});

test("or in the kernel's order, and with counters", async () => {
  expect(await listed('-L', '-n', '--stats', '--nosort')).toBe(`\
IP Virtual Server version 1.2.1 (size=0)
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
TCP  10.0.0.2:80                         0        0        0        0        0
  -> 10.1.0.2:80                         0        0        0        0        0
  -> 10.1.0.1:8080                       0        0        0        0        0
FWM  7                                   0        0        0        0        0
UDP  10.0.0.1:53                         0        0        0        0        0
  -> 10.1.0.1:53                         0        0        0        0        0
`);
});
