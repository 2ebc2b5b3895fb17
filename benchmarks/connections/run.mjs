// @ts-check
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { reportFailure } from '../../tools/guest/error.mjs';
import { runInQemu } from '../../tools/guest/qemu.mjs';
import { runInGuest } from '../../tools/guest/run.mjs';
import { page } from './page.mjs';
import { MANY, summarize, summarizeStalls } from './report.mjs';

/** @typedef {import('./page.mjs').Run} Run */

const usage = 'usage: npm run bench:connections [-- <connections> [<rounds>]]';
const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const results = here('../results');
const output = here(`../../.cache/connections-${process.pid}.json`);

/** A million connections have half a gigabyte of it. */
const MEMORY = '3G';
/** How many an old kernel lists in bearable time: up to 6.13 reading the table is quadratic. */
const MOST_OF_OLD_KERNEL = 20_000;
/** And on an emulated processor, whose kernel is an old one, too. */
const MOST_OF_EMULATED = 5000;

const [size = 1_000_000, rounds = 5] = process.argv.slice(2).map(Number);
if (!Number.isInteger(size) || !Number.isInteger(rounds) || size < 1 || rounds < 1) {
  console.error(usage);
  process.exit(2);
}
try {
  const runs = [
    await timed('7.2', size, rounds),
    await timed('7.2', Math.min(size, MANY), rounds),
    await timed('6.12', Math.min(size, MOST_OF_OLD_KERNEL), rounds * 3),
    await emulated(Math.min(size, MOST_OF_EMULATED)),
  ];
  const about = { node: process.version };
  mkdirSync(results, { recursive: true });
  writeFileSync(`${results}/connections.json`, `${JSON.stringify({ ...about, runs }, null, 2)}\n`);
  writeFileSync(`${results}/connections.md`, page(about, runs));
  console.log(page(about, runs));
} catch (error) {
  process.exitCode = reportFailure(error);
} finally {
  rmSync(output, { force: true });
}

/**
 * @param {string} kernel
 * @param {number} connections
 * @param {number} rounds short ones are more at the mercy of what else runs, so there are more of them
 * @returns {Promise<Run>}
 */
async function timed(kernel, connections, rounds) {
  mkdirSync(here('../../.cache'), { recursive: true });
  const command = [process.execPath, here('inside.mjs'), `${connections}`, `${rounds}`, output];
  const status = await runInGuest(command, { kernel, memory: MEMORY });
  if (status !== 0) throw new Error(`measuring in Linux ${kernel} failed`);
  return {
    kernel,
    connections,
    rounds,
    lines: summarize(JSON.parse(readFileSync(output, 'utf8')), connections),
  };
}

/** @param {number} connections @returns {Promise<Run>} */
async function emulated(connections) {
  const stdout = new PassThrough();
  const printed = text(stdout);
  const command = [process.execPath, here('emulated.mjs'), `${connections}`];
  const status = await runInQemu(command, { stdout });
  stdout.end();
  if (status !== 0) throw new Error('measuring on an emulated processor failed');
  const stalls = JSON.parse((await printed).trim().split('\n').at(-1) ?? '');
  return { kernel: '6.1', emulated: true, connections, lines: summarizeStalls(stalls) };
}
