/** `npm run fleet` in its short form: two directors, three real servers, and all that happens to them. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const PROGRAM = join(__dirname, '../../../examples/agent/fleet/main.mjs');

test('a fleet lives through it without a failed request but the dead server’s', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  // Its tally is printed as it goes.
  const fleet = spawn(process.execPath, [PROGRAM, '--short', '--folder', folder], { stdio: 'inherit' });
  try {
    const [code] = await once(fleet, 'exit');
    expect(code).toBe(0);
  } finally {
    fleet.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
