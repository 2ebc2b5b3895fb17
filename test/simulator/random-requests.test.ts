/** What the differential test asks is worth asking: much is carried out, and every refusal there is occurs. */

import { expect, test } from '@jest/globals';
import { Simulator } from '../../lib/simulator';
import { Random } from '../../lib/simulator/random';
import { readAnswers } from '../kernel/simulator/answers';
import { RandomRequests } from '../kernel/simulator/random-requests';

test('of forty thousand random requests', () => {
  const handle = new Simulator({ interfaces: [{ name: 'dummy0' }] }).backend.createHandle();
  const { buffer } = new RandomRequests(new Random(1)).make(40_000);
  const counts: Record<string, number> = {};
  for (const answer of readAnswers(buffer, handle.exchangeSync(buffer, 40_000, 0))) {
    const kind = answer.startsWith('refused') ? answer : 'carried out';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  expect(counts['carried out']).toBeGreaterThan(10_000);
  // ENOENT, ESRCH, EEXIST, ENODEV, EINVAL, ERANGE, EAFNOSUPPORT, ENETUNREACH, and patches that do not fit.
  const refusals = [2, 3, 17, 19, 22, 34, 97].map((errno) => `refused ${errno} 0`);
  expect(Object.keys(counts)).toEqual(
    expect.arrayContaining([...refusals, 'refused 101 1', 'refused -5 0', 'refused -6 0']),
  );
});
