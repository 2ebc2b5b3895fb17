// @ts-check
/** A director's clients: requests.cc, which counts. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { compile } from './compile.mjs';

const { address, port, rate, timeout } = JSON.parse(/** @type {string} */ (process.argv[2]));

const requests = spawn(compile('requests'), [address, port, rate, timeout].map(String), {
  stdio: ['pipe', 'pipe', 'inherit'],
});
createInterface({ input: requests.stdout }).on('line', (line) => process.send?.(JSON.parse(line)));
process.on('message', () => requests.stdin.write('\n'));
process.on('disconnect', () => process.exit());
