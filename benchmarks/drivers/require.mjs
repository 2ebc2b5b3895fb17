// @ts-check
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { copyPackage } from './program/copy.mjs';

const [part = '', , rounds] = process.argv.slice(2);

if (part === 'load') load(process.argv[3] ?? '');
else compare();

/** In a process of its own: what `require` of the file takes. @param {string} file */
function load(file) {
  const require = createRequire(import.meta.url);
  const start = process.hrtime.bigint();
  require(file);
  console.log(String(process.hrtime.bigint() - start));
  if (readFileSync('/proc/self/maps', 'utf8').includes('.node\n'))
    throw new Error('something native was loaded');
}

function compare() {
  const { library, empty } = copyPackage();
  const take = (/** @type {string} */ file) =>
    Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), 'load', file]));
  const counts = [];
  for (let round = 0; round < Number(rounds); round++) counts.push(take(library) - take(empty));
  console.log(JSON.stringify(counts));
}
