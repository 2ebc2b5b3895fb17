/** Rows found and compared as records. */

import { expect, test } from '@jest/globals';
import { isSameDestinationState } from '../../lib/wire/comparison';
import { writeDestination } from '../../lib/wire/destination-spec';
import { DESTINATIONS, RecordIndex, type RecordKind, SERVICES } from '../../lib/wire/record-index';
import { RecordList } from '../../lib/wire/record-list';
import { DESTINATION, DESTINATION_STATE, SERVICE_STATE } from '../../lib/wire/records';
import { writeService } from '../../lib/wire/service-spec';

const COUNT = 5000;

function services(of: (n: number) => object): RecordList {
  const list = new RecordList(SERVICE_STATE);
  for (let n = 0; n < COUNT; n++) {
    const at = list.append();
    writeService(list.memory, at, { scheduler: 'rr', ...of(n) } as never);
  }
  return list;
}

function destinations(family: number, of: (n: number) => { address: string; port: number }): RecordList {
  const list = new RecordList(DESTINATION_STATE);
  for (let n = 0; n < COUNT; n++) {
    const at = list.append();
    writeDestination(list.memory, at, of(n), family);
  }
  return list;
}

const [V4, V6] = [2, 10];
const hex = (n: number) => (n + 1).toString(16);

test.each<[string, RecordKind, RecordList]>([
  [
    'services by the last bytes of IPv4 addresses',
    SERVICES,
    services((n) => ({ protocol: 'tcp', address: `10.1.${n >> 8}.${n & 255}`, port: 80 })),
  ],
  [
    'services by the middle bytes',
    SERVICES,
    services((n) => ({ protocol: 'tcp', address: `10.${n >> 8}.${n & 255}.1`, port: 80 })),
  ],
  ['services by port', SERVICES, services((n) => ({ protocol: 'udp', address: '10.1.0.1', port: n + 1 }))],
  ['services by mark', SERVICES, services((n) => ({ fwmark: n + 1 }))],
  [
    'services by the end of IPv6 addresses',
    SERVICES,
    services((n) => ({ protocol: 'tcp', address: `fd00::${hex(n)}`, port: 80 })),
  ],
  [
    'real servers by the last bytes',
    DESTINATIONS,
    destinations(V4, (n) => ({ address: `10.1.${n >> 8}.${n & 255}`, port: 80 })),
  ],
  ['real servers by port', DESTINATIONS, destinations(V4, (n) => ({ address: '10.1.0.1', port: n + 1 }))],
  [
    'real servers by the middle of IPv6 addresses',
    DESTINATIONS,
    destinations(V6, (n) => ({ address: `fd00:${hex(n)}::1`, port: 80 })),
  ],
])('an index finds %s with hardly more than one comparison', (_, kind, list) => {
  let comparisons = 0;
  const counting: RecordKind = {
    hash: kind.hash,
    isSame: (...records) => {
      comparisons++;
      return kind.isSame(...records);
    },
  };
  const index = new RecordIndex(counting, list.memory, 0, list.size, COUNT);
  for (let n = 0; n < COUNT; n++) expect(index.add(n)).toBeUndefined();
  expect(comparisons).toBeLessThan(COUNT);
  comparisons = 0;
  for (let n = 0; n < COUNT; n++) expect(index.find(list.memory, list.at(n))).toBe(n);
  expect(comparisons).toBeLessThan(2 * COUNT);
});

test('what the addon says of the attributes that the kernel reported is no difference', () => {
  const list = destinations(V4, () => ({ address: '10.1.0.1', port: 80 }));
  const { memory } = list;
  memory.setU8(list.at(1) + DESTINATION.tunnelType + 1, 7);
  expect(isSameDestinationState(memory, list.at(0), memory, list.at(1))).toBe(true);
  memory.setU8(list.at(1) + DESTINATION.tunnelType, 1);
  expect(isSameDestinationState(memory, list.at(0), memory, list.at(1))).toBe(false);
});
