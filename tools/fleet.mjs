// @ts-check
import { fileURLToPath } from 'node:url';
import { reportFailure } from './guest/error.mjs';
import { runInGuest } from './guest/run.mjs';

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const command = [process.execPath, path('examples/agent/fleet/main.mjs'), '--folder', path('.cache/fleet')];

try {
  // Three etcd members, and a dozen processes of Node.
  process.exitCode = await runInGuest([...command, ...process.argv.slice(2)], { memory: '2G' });
} catch (error) {
  process.exitCode = reportFailure(error);
}
