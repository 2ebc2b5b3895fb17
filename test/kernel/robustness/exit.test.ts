import { expect, test } from '@jest/globals';
import { IpvsSync } from '../../../lib/index';
import { finish } from './child';

test.each<[string, object]>([
  ['exit', { code: 7, signal: null, output: '' }],
  ['later', { code: 7, signal: null, output: '' }],
  ['throw', { code: 1, signal: null, output: expect.stringContaining('Error: on purpose') }],
  ['end', { code: 0, signal: null, output: 'all settled\n' }],
])('a process ends with requests in flight: %s', async (way, ending) => {
  expect(await finish('exit.cjs', [way])).toMatchObject(ending);
  using ipvs = IpvsSync.open();
  ipvs.flush();
});
