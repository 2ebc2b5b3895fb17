import { test } from '@jest/globals';
import { droute } from '../../../lab/plan';
import { balanceOneWay } from './one-way';
import { setStage } from './stage';

const stage = setStage(droute(), (cluster) => cluster.serveHttp(80));

test(
  'requests reach the real servers by MAC address, which answer past the director',
  () => balanceOneWay(stage, { forward: 'droute' }),
  30_000,
);
