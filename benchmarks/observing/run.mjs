// @ts-check
/* Counts what watching a director costs, or the parts of it that are named, and writes benchmarks/results/observing.md. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { reportFailure } from '../../tools/guest/error.mjs';
import { runInQemu } from '../../tools/guest/qemu.mjs';
import { pageOf } from './page.mjs';
import { speed } from './speed.mjs';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const FIGURES = here('../results/observing.json');
const PAGE = here('../results/observing.md');

/** @type {Record<string, () => Promise<unknown>>} */
const PARTS = {
  top: async () => ({ ...(await count('top')), core: await core() }),
  scrape: () => count('scrape'),
  watch: () => count('watch'),
  memory: async () => inRealTime('memory'),
  tracing: () => count('tracing'),
};

try {
  const named = process.argv.slice(2);
  const figures = existsSync(FIGURES) ? JSON.parse(readFileSync(FIGURES, 'utf8')) : {};
  for (const part of named.length > 0 ? named : Object.keys(PARTS)) {
    const measure = PARTS[part];
    if (measure === undefined) throw new Error(`${part}: the parts are ${Object.keys(PARTS).join(', ')}`);
    figures[part] = await measure();
    writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
  }
  writeFileSync(PAGE, pageOf(figures));
  console.log(pageOf(figures));
} catch (error) {
  process.exitCode = reportFailure(error);
}

/** How many millions of instructions a core of this machine carries out in a second. */
async function core() {
  const { instructions } = await count('speed');
  return (1000 * instructions) / (await speed());
}

/** @param {string} what @returns {Promise<any>} */
async function count(what) {
  const stdout = new PassThrough();
  const printed = text(stdout);
  const status = await runInQemu([process.execPath, '--expose-gc', here('inside.mjs'), what], { stdout });
  stdout.end();
  if (status !== 0) throw new Error(`measuring ${what} failed`);
  return figuresIn(await printed);
}

/** Where it is not instructions that count. @param {string} what @returns {any} */
function inRealTime(what) {
  const words = [
    here('../../tools/guest.mjs'),
    '--',
    process.execPath,
    '--expose-gc',
    here('inside.mjs'),
    what,
  ];
  return figuresIn(
    execFileSync(process.execPath, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}

/** @param {string} printed */
function figuresIn(printed) {
  const line = /^[{[].*[}\]]$/m.exec(printed)?.[0];
  if (line === undefined) throw new Error(`nothing was measured:\n${printed}`);
  return JSON.parse(line);
}
