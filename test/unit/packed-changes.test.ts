import { expect, test } from '@jest/globals';
import { PackedChanges } from '../../lib/verbs/packed-changes';
import { Answer } from '../../lib/wire/answer';
import { REQUEST, SERVICE, STATUS } from '../../lib/wire/records';
import type { Requests } from '../../lib/wire/requests';

const EEXIST = 17;
const COUNT = 5000;

test('changes leave in their order, some thousands at a time, and what is refused is named by its place', () => {
  const changes = new PackedChanges();
  for (let port = 1; port <= COUNT; port++) {
    changes.add({ op: 'addService', service: { protocol: 'tcp', address: '10.0.0.1', port } });
  }
  const lengths: number[] = [];
  const ports: number[] = [];
  const failures = changes.send((requests) => {
    lengths.push(requests.length);
    const answer = new DataView(new ArrayBuffer(requests.length * STATUS.size));
    for (let n = 0; n < requests.length; n++) {
      const port = portOf(requests, n);
      ports.push(port);
      if (port % 1000 === 0) answer.setInt32(n * STATUS.size, EEXIST, true);
    }
    return new Answer(answer.buffer);
  });
  expect(lengths).toEqual([4096, 904]);
  expect(ports).toEqual(Array.from({ length: COUNT }, (_, n) => n + 1));
  expect(failures).toEqual(
    [999, 1999, 2999, 3999, 4999].map((index) => ({ index, status: EEXIST, text: '', detail: 0 })),
  );
});

test('a bad argument is thrown as it is added', () => {
  const changes = new PackedChanges();
  expect(() => changes.add({ op: 'flush', service: 7 } as never)).toThrow('takes no service');
});

function portOf({ memory }: Requests, n: number): number {
  return memory.getU16(n * REQUEST.size + REQUEST.service + SERVICE.port);
}
