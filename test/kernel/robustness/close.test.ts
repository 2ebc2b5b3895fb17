import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Ipvs, IpvsSync } from '../../../lib/index';
import { descriptors, descriptorsFall } from './descriptors';

const { askAll } = require('./workload.cjs') as { askAll(ipvs: Ipvs): Promise<unknown>[] };

/** What may become of a request of the workload: it is carried out, refused by the kernel, or too late. */
function outcome(result: PromiseSettledResult<unknown>): string {
  return result.status === 'fulfilled' ? 'done' : String(result.reason.code);
}

test('close in mid-request settles every request', async () => {
  const before = descriptors();
  const seen = new Set<string>();
  for (let moment = 0; moment < 40; moment++) {
    const ipvs = await Ipvs.open();
    const asked: Promise<PromiseSettledResult<unknown>[]>[] = [];
    const ask = () => asked.push(Promise.allSettled(askAll(ipvs)));
    for (let turn = 0; turn < moment; turn++) {
      if (turn % 3 === 0) ask();
      await setImmediate();
    }
    ask();
    const closing = ipvs.close();
    ask();
    await Promise.all([closing, ipvs.close()]);
    for (const result of (await Promise.all(asked)).flat()) seen.add(outcome(result));
  }
  for (const code of ['EEXIST', 'ENOENT', 'ESRCH']) seen.delete(code);
  expect([...seen].sort()).toEqual(['ERR_IPVS_CLOSED', 'done']);
  await descriptorsFall(before);
  using ipvs = IpvsSync.open();
  ipvs.flush();
});

test('close ends a reading of the connection table', async () => {
  const ipvs = await Ipvs.open();
  const reading = ipvs.connections()[Symbol.asyncIterator]();
  const outcomes = Promise.allSettled([reading.next(), ipvs.countConnections([])]);
  await ipvs.close();
  for (const result of await outcomes) expect(['done', 'ERR_IPVS_CLOSED']).toContain(outcome(result));
  await expect(ipvs.countConnections([])).rejects.toMatchObject({ code: 'ERR_IPVS_CLOSED' });
});
