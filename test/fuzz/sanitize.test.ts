/** The native core under sanitizers, as far as that needs no kernel; `npm run test:sanitize` is the whole of it. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

test('AddressSanitizer and UndefinedBehaviorSanitizer find nothing', () => {
  const tool = join(__dirname, '../../tools/sanitize.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, '--quick'], { encoding: 'utf8' });
  expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
  expect(stderr).toMatch(/^Test Suites: (\d+) passed, \1 total$/m);
}, 300_000);
