// @ts-check
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { readWork } from '../trials/work.mjs';

/**
 * @template T
 * @typedef {object} Driver
 * @property {(step: import('../trials/work.mjs').Step) => T} translate what a user of it would hold; not counted
 * @property {() => unknown} flush
 * @property {(commands: T[]) => unknown} prepare
 * @property {(commands: T[], alone: boolean) => unknown} perform a number is what it took, by a clock of its own
 */

/** What the kernel still frees of the round before is not this one's, so it has a moment for that, in milliseconds. */
const REST = 50;

/**
 * Runs the work of the file as often as asked and prints how long each time took, in nanoseconds: in a guest
 * whose clock counts instructions, that is how many there were.
 *
 * @template T
 * @param {Driver<T>} driver
 * @param {{ file: string, rounds: number }} what
 */
export async function runRounds(driver, { file, rounds }) {
  const { before, steps, alone } = readWork(readFileSync(file, 'utf8'));
  const standing = before.map(driver.translate);
  const commands = steps.map(driver.translate);
  const counts = [];
  for (let round = 0; round < rounds; round++) {
    await driver.flush();
    await driver.prepare(standing);
    await setTimeout(REST);
    const start = process.hrtime.bigint();
    const took = await driver.perform(commands, alone);
    counts.push(typeof took === 'number' ? took : Number(process.hrtime.bigint() - start));
  }
  console.log(JSON.stringify(counts));
}
