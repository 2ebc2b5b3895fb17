import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from '@jest/globals';
import { IpvsSync } from '../../../lib/index';
import { descriptors, descriptorsFall } from './descriptors';

function start(program: string, workerData: object): Worker {
  return new Worker(join(__dirname, program), { workerData });
}

test.each([
  ['Ipvs', false],
  ['IpvsSync', true],
])('%s: a worker is terminated at any moment', async (_, sync) => {
  await start('worker.cjs', { sync }).terminate();
  const before = descriptors();
  for (let moment = 0; moment < 12; moment++) {
    const worker = start('worker.cjs', { sync });
    // Every second one is still opening.
    if (moment % 2 === 0) await once(worker, 'message');
    await setTimeout(moment * 3);
    await worker.terminate();
  }
  await descriptorsFall(before);
  using ipvs = IpvsSync.open();
  ipvs.flush();
});

test('two handles in two workers', async () => {
  const workers = ['10.9.0.1', '10.9.0.2'].map((address) => start('owner.cjs', { address }));
  const counts = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
  expect(counts).toEqual([100, 100]);
  await Promise.all(workers.map((worker) => worker.terminate()));
  using ipvs = IpvsSync.open();
  expect(ipvs.services()).toEqual([]);
});
