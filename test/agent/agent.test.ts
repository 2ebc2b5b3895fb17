/** The tests of examples/agent, which has a test runner of its own: Node's. */

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const AGENT = join(__dirname, '../../examples/agent');
const files = readdirSync(join(AGENT, 'test')).filter((file) => file.endsWith('.test.mjs'));

test.each(files)('%s', (file) => {
  const { status, stdout } = spawnSync(process.execPath, ['--test', join('test', file)], {
    cwd: AGENT,
    encoding: 'utf8',
  });
  expect({ status, failed: stdout.match(/^not ok[\s\S]*?\.\.\.$/gm) }).toEqual({ status: 0, failed: null });
  expect(stdout).toMatch(/^# pass [1-9]/m);
});
