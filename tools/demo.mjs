// @ts-check
import { fileURLToPath } from 'node:url';
import { reportFailure } from './guest/error.mjs';
import { runInGuest } from './guest/run.mjs';

const demo = fileURLToPath(new URL('../.cache/demo/demo/main.js', import.meta.url));

try {
  process.exitCode = await runInGuest([process.execPath, demo, ...process.argv.slice(2)]);
} catch (error) {
  process.exitCode = reportFailure(error);
}
