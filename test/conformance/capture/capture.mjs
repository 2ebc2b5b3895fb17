// @ts-check
/**
 * Records anew what the conformance tests compare with: `node test/conformance/capture/capture.mjs`. Needs Python 3
 * and ipvsadm beside the guest kernels.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const here = 'test/conformance/capture';
const recorded = 'test/conformance/recorded';

const KERNELS = ['6.1', '6.12', '7.2'];

process.chdir(root);
mkdirSync(recorded, { recursive: true });
record('6.1', 'ipvsadm.py', 'ipvsadm.json');
for (const kernel of KERNELS) record(kernel, 'replies.py', `kernel-${kernel}.json`);

/**
 * @param {string} kernel
 * @param {string} program
 * @param {string} file
 */
function record(kernel, program, file) {
  const guest = ['tools/guest.mjs', '--kernel', kernel, '/usr/bin/python3', '-B', `${here}/${program}`];
  const { status, stdout } = spawnSync('node', guest, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 300_000,
  });
  if (status !== 0) throw new Error(`${program} failed on kernel ${kernel}`);
  writeFileSync(`${recorded}/${file}`, `${JSON.stringify(JSON.parse(stdout), undefined, 2)}\n`);
  console.log(`${recorded}/${file}`);
}
