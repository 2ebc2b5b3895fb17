// @ts-check
/*
 * What the doctor says of nftables' rules, with real packets. User Mode Linux has no nf_tables for IP, so that this runs on
 * Debian's kernel for real machines, on the emulated processor of `npm run bench`: its clock counts instructions, so that
 * a busy machine makes nothing late.
 */
import { fileURLToPath } from 'node:url';
import { reportFailure } from './guest/error.mjs';
import { runInQemu } from './guest/qemu.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const jest = [
  process.execPath,
  'node_modules/jest/bin/jest.js',
  '--selectProjects',
  'nftables',
  '--runInBand',
];
// This machine's files can only be read there, and to list all of them takes long.
const elsewhere = ['--cacheDirectory', '/run/tmp/jest', '--roots', 'test/nftables'];
// Where the guest waits for a file of this machine its time leaps from timer to timer.
const patience = ['--testTimeout', '600000'];

try {
  process.exitCode = await runInQemu([...jest, ...elsewhere, ...patience, ...process.argv.slice(2)]);
} catch (error) {
  process.exitCode = reportFailure(error);
}
