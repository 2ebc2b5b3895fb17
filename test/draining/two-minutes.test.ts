/** What NAT remembers of a connection that was closed: two minutes, which no setting changes. */

import { expect, test } from '@jest/globals';
import { nat } from '../../lab/plan';
import { drainAll, under, withClients } from '../kernel/draining/experiment';
import { setStage } from '../kernel/traffic/stage';

const stage = setStage(withClients(nat()), async () => {});

test('a drain by NAT takes two minutes from the last connection that was closed', async () => {
  const [result] = await under(stage, { tcpFin: 2 }, () =>
    drainAll(stage, 'masq', [
      {
        service: { scheduler: 'wlc' },
        crowd: { fresh: 12, reusing: 8, keeping: 3, pause: 500 },
        drain: { timeout: 200_000 },
      },
    ]),
  );
  expect(result).toMatchObject({ outcome: 'drained', removed: true, left: 0, warnings: [], failures: {} });
  expect(result?.elapsed).toBeGreaterThan(115_000);
  expect(result?.elapsed).toBeLessThan(135_000);
}, 300_000);
