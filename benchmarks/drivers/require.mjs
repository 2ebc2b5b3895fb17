// @ts-check
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  // In memory: a guest would wait for its host's file system, and that is no instruction of ours.
  const folder = mkdtempSync(join(tmpdir(), 'lvs-bench-'));
  cpSync(fileURLToPath(new URL('../../dist', import.meta.url)), folder, { recursive: true });
  const library = join(folder, 'index.js');
  const empty = join(folder, 'empty.js');
  writeFileSync(empty, '');
  const take = (/** @type {string} */ file) =>
    Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), 'load', file]));
  const counts = [];
  for (let round = 0; round < Number(rounds); round++) counts.push(take(library) - take(empty));
  console.log(JSON.stringify(counts));
}
