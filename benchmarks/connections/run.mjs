// @ts-check
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { reportFailure } from '../../tools/guest/error.mjs';
import { runInGuest } from '../../tools/guest/run.mjs';
import { summarize, tableOf } from './report.mjs';

const usage = 'usage: npm run bench:connections [-- <connections> [<rounds>]]';
const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const results = here('../results');
const rounds = here(`../../.cache/connections-${process.pid}.json`);

/** Reading the table is linear in this kernel; up to 6.13 a million connections would take it most of an hour. */
const KERNEL = '7.2';
/** A million connections have half a gigabyte of it. */
const MEMORY = '3G';

const [size = 1_000_000, repetitions = 5] = process.argv.slice(2).map(Number);
if (!Number.isInteger(size) || !Number.isInteger(repetitions) || size < 1 || repetitions < 1) {
  console.error(usage);
  process.exit(2);
}
try {
  process.exitCode = await bench();
} catch (error) {
  process.exitCode = reportFailure(error);
} finally {
  rmSync(rounds, { force: true });
}

async function bench() {
  mkdirSync(here('../../.cache'), { recursive: true });
  const command = [process.execPath, here('inside.mjs'), `${size}`, `${repetitions}`, rounds];
  const status = await runInGuest(command, { kernel: KERNEL, memory: MEMORY });
  if (status !== 0) return status;

  const lines = summarize(JSON.parse(readFileSync(rounds, 'utf8')));
  const run = { connections: size, rounds: repetitions, kernel: KERNEL, node: process.version };
  mkdirSync(results, { recursive: true });
  writeFileSync(`${results}/connections.json`, `${JSON.stringify({ ...run, lines }, null, 2)}\n`);
  writeFileSync(`${results}/connections.md`, page(run, tableOf(lines)));
  console.log(tableOf(lines));
  return 0;
}

/** @param {{ connections: number, rounds: number, kernel: string, node: string }} run @param {string} table */
function page({ connections, rounds, kernel, node }, table) {
  return `# The connection table

${connections.toLocaleString('en')} connections in Linux ${kernel} (User Mode Linux, one processor), Node ${node}. ${rounds} rounds in one
run, each measuring everything in turn: ratios are of one round, and their median stands here. The stall is the least of
all rounds, the memory the most. Made by \`npm run bench:connections\`.

${table}
`;
}
