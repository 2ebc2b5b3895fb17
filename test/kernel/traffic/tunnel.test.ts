import { test } from '@jest/globals';
import { tunnel } from '../../../lab/plan';
import { balanceOneWay } from './one-way';
import { setStage } from './stage';

const stage = setStage(tunnel(), (cluster) => cluster.serveHttp(80));

test(
  'the director wraps requests in IP, the real servers answer past it',
  () => balanceOneWay(stage, { forward: 'tunnel' }),
  30_000,
);
