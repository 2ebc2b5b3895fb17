/** Compiles assertions about the published types, as an ESM and as a CommonJS program that imports the package. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const TSC = require.resolve('typescript/bin/tsc');

test.each(['esm', 'cjs'])(
  '%s',
  (program) => {
    const { stdout, status } = spawnSync(process.execPath, [TSC, '-p', join(__dirname, program)], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  },
  60_000,
);
