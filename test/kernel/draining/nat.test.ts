import { expect, test } from '@jest/globals';
import { nat } from '../../../lab/plan';
import { setStage } from '../traffic/stage';
import { drainAll, lost, type Outcome, under, withClients } from './experiment';
import { flowTrial, foretold, persistentTrial, trial, verdict } from './trials';

const stage = setStage(withClients(nat()), async () => {});

test('NAT drains without loss by default; hashes, templates and datagrams do what the warnings foretell', async () => {
  const results = await under(stage, {}, () =>
    drainAll(stage, 'masq', [
      trial('masq', { scheduler: 'wlc' }),
      trial('masq', { scheduler: 'mh' }),
      trial('masq', { scheduler: 'mh', flags: ['mh-fallback'] }),
      persistentTrial('masq'),
      flowTrial(),
    ]),
  );
  expect(results.map(foretold)).toEqual(results.map(verdict));
  expect(results.map(verdict)).toEqual([[], ['refuses'], [], ['stays'], ['stays']]);
  const done = { outcome: 'drained', removed: true, left: 0, warnings: [], failures: {} };
  expect(results[0]).toMatchObject(done);
  expect(results[2]).toMatchObject(done);
  const flows = results[4] as Outcome;
  expect(flows).toMatchObject({ outcome: 'timeout', removed: true });
  expect(flows.left).toBeGreaterThan(0);
  expect(lost(flows)).toBeGreaterThan(0);
  expect(Object.keys(results[0]?.answers ?? {}).sort()).toEqual(['fresh', 'keeping', 'reusing']);
}, 120_000);
