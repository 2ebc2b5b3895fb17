import { test } from '@jest/globals';
import { tunnel } from '../../../lab/plan';
import { balanceOneWay } from './one-way';
import { PORTS } from './ports';
import { setStage } from './stage';

const stage = setStage(tunnel(), (cluster) => cluster.serveHttp(PORTS.tunnel));

test(
  'the director wraps requests in IP, the real servers answer past it',
  () => balanceOneWay(stage, PORTS.tunnel, { forward: 'tunnel' }),
  30_000,
);
