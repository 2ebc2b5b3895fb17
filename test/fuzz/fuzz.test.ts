/** A short run of each fuzzer, from the corpus on; `npm run fuzz` runs them for longer. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

test.each(['reply', 'connections'])(
  'the %s parser survives',
  (subject) => {
    const fuzz = join(__dirname, '../../tools/fuzz.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [fuzz, '--seconds', '10', subject], {
      encoding: 'utf8',
    });
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
    expect(stdout + stderr).toMatch(/\b\d+ (inputs|runs)|number_of_executed_units/);
  },
  300_000,
);
