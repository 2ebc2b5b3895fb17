// @ts-check
/*
 * The long form of test/kernel/orchestration/reconcile.test.ts: 1,000 desired states in a row for each forwarding method
 * under traffic, and 200 kills, on both kernels. All of it takes an hour: `--kernel 6.1` and `--only masq` (or `droute`,
 * `tunnel`, `killed`, 'killed.*droute') choose a part, `--states 50` and `--kills 10` do less of it, `--seed 7` does it
 * again.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reportFailure } from './guest/error.mjs';
import { runInGuest } from './guest/run.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { values } = parseArgs({
  options: {
    kernel: { type: 'string', multiple: true, default: ['6.1', '7.2'] },
    only: { type: 'string' },
    states: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '200' },
    seed: { type: 'string' },
  },
});
process.env.LVS_RECONCILE_STATES = values.states;
process.env.LVS_RECONCILE_KILLS = values.kills;
if (values.seed !== undefined) process.env.LVS_RECONCILE_SEED = values.seed;

try {
  process.exitCode = await run();
} catch (error) {
  process.exitCode = reportFailure(error);
}

async function run() {
  for (const kernel of values.kernel) {
    const jest = [process.execPath, 'node_modules/jest/bin/jest.js', 'orchestration/reconcile'];
    const only = values.only === undefined ? [] : ['-t', `^${values.only}`];
    const command = [...jest, '--selectProjects', 'kernel', '--runInBand', ...only];
    console.log(`\n== Linux ${kernel}`);
    const status = await runInGuest(command, { kernel });
    if (status !== 0) return status;
  }
  return 0;
}
