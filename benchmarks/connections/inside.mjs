// @ts-check
/*
 * What run.mjs runs in the guest: fills the kernel's table, and measures everything several times in turn. Writes one
 * object a round, { trial: result }, as JSON.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fill } from './crowd.mjs';

/**
 * @typedef {{ milliseconds?: number, mebibytes?: number, connections?: number }} Result
 * @typedef {Record<string, Result>} Round
 */

const trial = fileURLToPath(new URL('trial.mjs', import.meta.url));
const list = fileURLToPath(new URL('list.cjs', import.meta.url));
const lvsadm = fileURLToPath(new URL('../../dist/cli/lvsadm.js', import.meta.url));
const nowhere = openSync('/dev/null', 'w');

/** @type {Record<string, () => Result>} */
const trials = {
  start: () => program('cat', '/dev/null'),
  cat: () => program('cat', '/proc/net/ip_vs_conn'),
  ipvsadm: () => program('ipvsadm', '-L', '-n', '-c'),
  lvsadm: () => program(process.execPath, lvsadm, '-L', '-n', '-c'),
  node: () => program(process.execPath, '--eval', ''),
  process: () => program(process.execPath, list, `${size}`),
  ...Object.fromEntries(
    [
      'countAll',
      'countByState',
      'countByDestination',
      'stream',
      'streamAgain',
      'iterate',
      'memory',
      'stall',
      'idle',
    ].map((name) => [name, () => ours(name)]),
  ),
};

const [size = 0, rounds = 0] = process.argv.slice(2, 4).map(Number);
const output = /** @type {string} */ (process.argv[4]);
console.error(`filling the table with ${size} connections`);
await fill(size);
writeFileSync(output, JSON.stringify(Array.from({ length: rounds }, (_, i) => round(i))));

/**
 * Each round begins with another trial, so that none always follows the same one.
 *
 * @param {number} index
 */
function round(index) {
  console.error(`round ${index + 1} of ${rounds}`);
  const names = Object.keys(trials);
  const turned = [...names.slice(index % names.length), ...names.slice(0, index % names.length)];
  /** @type {Round} */
  const results = {};
  for (const name of turned) results[name] = /** @type {() => Result} */ (trials[name])();
  for (const [name, { connections }] of Object.entries(results)) {
    if ((connections ?? size) !== size) throw new Error(`${name} saw ${connections} connections of ${size}`);
  }
  return results;
}

/**
 * How long it takes, start and all.
 *
 * @param {string} command
 * @param {string[]} args
 */
function program(command, ...args) {
  const began = performance.now();
  const { status } = spawnSync(command, args, { stdio: ['ignore', nowhere, 'inherit'] });
  if (status !== 0) throw new Error(`${command} failed`);
  return { milliseconds: performance.now() - began };
}

/** @param {string} name @returns {Result} */
function ours(name) {
  return JSON.parse(execFileSync(process.execPath, ['--expose-gc', trial, name], { encoding: 'utf8' }));
}
