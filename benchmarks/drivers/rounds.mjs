// @ts-check
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { readWork } from '../trials/work.mjs';

/**
 * @template T
 * @typedef {object} Driver
 * @property {(step: import('../trials/work.mjs').Step) => T} translate what a user of it would hold; not counted
 * @property {() => unknown} flush
 * @property {(standing: T[], commands: T[]) => unknown} prepare not counted
 * @property {(commands: T[], alone: boolean) => unknown} perform a number is what it took, by a clock of its own
 */

/**
 * Does what the program's last three words ask for: the work of that file, so many rounds, with a rest of so many
 * milliseconds before each. Prints how long each took, in nanoseconds: in a guest whose clock counts instructions,
 * that is how many there were.
 *
 * @template T
 * @param {Driver<T>} driver
 */
export async function runRounds(driver) {
  const [file = '', rounds, rest] = process.argv.slice(-3);
  const { before, steps, alone } = readWork(readFileSync(file, 'utf8'));
  const standing = before.map(driver.translate);
  const commands = steps.map(driver.translate);
  const counts = [];
  for (let round = 0; round < Number(rounds); round++) {
    await driver.flush();
    // Both times there is something to be freed, and what is remembered makes the standing rules dear.
    await setTimeout(Number(rest));
    await driver.prepare(standing, commands);
    await setTimeout(Number(rest));
    const start = process.hrtime.bigint();
    const took = await driver.perform(commands, alone);
    counts.push(typeof took === 'number' ? took : Number(process.hrtime.bigint() - start));
  }
  console.log(JSON.stringify(counts));
}
