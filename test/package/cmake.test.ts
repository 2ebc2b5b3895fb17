/** The second build, by cmake-js: it loads, and is the same addon. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { Addon } from '../../lib/backend/addon';

const ROOT = join(__dirname, '../..');

beforeAll(() => {
  execFileSync('npm', ['run', 'build:cmake', '--loglevel=error'], { cwd: ROOT, stdio: 'pipe' });
}, 300_000);

test('exports what the build by node-gyp exports', () => {
  const byGyp = require(join(ROOT, 'build/Release/lvs_netlink.node')) as Addon;
  const byCmake = require(join(ROOT, 'native/build/Release/lvs_netlink.node')) as Addon;
  expect(Object.keys(byCmake)).toEqual(Object.keys(byGyp));
  expect(byCmake.layout()).toEqual(byGyp.layout());
  expect(new byCmake.Handle().openSync('/no/such/namespace')).toEqual([1, 2]);
});
