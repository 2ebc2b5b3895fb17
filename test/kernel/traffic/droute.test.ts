import { test } from '@jest/globals';
import { droute } from '../../../lab/plan';
import { balanceOneWay } from './one-way';
import { PORTS } from './ports';
import { setStage } from './stage';

const stage = setStage(droute(), (cluster) => cluster.serveHttp(PORTS.droute));

test(
  'requests reach the real servers by MAC address, which answer past the director',
  () => balanceOneWay(stage, PORTS.droute, { forward: 'droute' }),
  30_000,
);
