// @ts-check
import { createRequire } from 'node:module';

/**
 * What every driver can be asked to do. IPv4, TCP, round robin, NAT: the cost of a rule hardly hangs on these.
 *
 * @typedef {{ address: string, port: number }} Endpoint
 * @typedef {(
 *   | { op: 'addService' | 'deleteService' | 'destinations', service: Endpoint }
 *   | { op: 'addDestination' | 'setDestination', service: Endpoint, destination: Endpoint, weight: number }
 *   | { op: 'deleteDestination', service: Endpoint, destination: Endpoint }
 *   | { op: 'table' | 'save' }
 *   | { op: 'connections', count: number }
 * )} Step
 */

/**
 * @typedef {object} Work
 * @property {string} title
 * @property {string} unit what is counted
 * @property {number} units how many of them
 * @property {Step[]} before makes the table that the work finds; not counted
 * @property {Step[]} steps
 * @property {string} [part] of this library, which no other driver has
 * @property {number} [rounds] at least so many
 * @property {boolean} [once] one round is enough: it takes long, and is of a whole program, of which each is as the first
 * @property {string[]} [drivers] who takes part; without it, all that need not be chosen, and `also` these
 * @property {string[]} [also]
 * @property {number} [boots] in so many kernels, each booted anew; without it, and for a part, in one
 * @property {boolean} [memory] what is measured is the most memory that a whole program has resident, in KiB
 * @property {boolean} [afresh] the kernel has forgotten what was deleted in the rounds before
 * @property {boolean} [alone] each step is awaited before the next one is begun
 */

/** What `lvsadm bench` measures, too. @type {typeof import('../../lib/cli/bench/trials.js')} */
const shared = createRequire(import.meta.url)('../../dist/cli/bench/trials.js');
export const { addition, additions, destination, range, service, weights, churn: changes } = shared;

/**
 * The work as text, for drivers in any language: what to do before, a line `work` or `alone`, what to count.
 *
 * @param {Work} work
 */
export function writeWork({ before, steps, alone }) {
  return [...before.map(writeStep), alone ? 'alone' : 'work', ...steps.map(writeStep), ''].join('\n');
}

/** @param {Step} step */
function writeStep(step) {
  /** @type {string[]} */
  const words = [step.op];
  if ('service' in step) words.push(step.service.address, `${step.service.port}`);
  if ('destination' in step) words.push(step.destination.address, `${step.destination.port}`);
  if ('weight' in step) words.push(`${step.weight}`);
  if ('count' in step) words.push(`${step.count}`);
  return words.join(' ');
}

/** @param {string} text @returns {Pick<Work, 'before' | 'steps'> & { alone: boolean }} */
export function readWork(text) {
  const lines = text.trimEnd().split('\n');
  const turn = lines.findIndex((line) => line === 'work' || line === 'alone');
  return {
    before: lines.slice(0, turn).map(readStep),
    steps: lines.slice(turn + 1).map(readStep),
    alone: lines[turn] === 'alone',
  };
}

/** @param {string} line @returns {Step} */
function readStep(line) {
  const [op, address, port, realAddress, realPort, weight] = line.split(' ');
  if (op === 'connections') return { op, count: Number(address) };
  return /** @type {Step} */ ({
    op,
    ...(address && { service: { address, port: Number(port) } }),
    ...(realAddress && { destination: { address: realAddress, port: Number(realPort) } }),
    ...(weight && { weight: Number(weight) }),
  });
}

/**
 * How many services and destinations stand after the work.
 *
 * @param {Work} work
 */
export function outcome({ before, steps }) {
  /** @type {Map<string, Set<string>>} */
  const table = new Map();
  for (const step of [...before, ...steps]) {
    if (!('service' in step)) continue;
    const key = step.service.address;
    if (step.op === 'addService') table.set(key, new Set());
    if (step.op === 'deleteService') table.delete(key);
    if (step.op === 'addDestination') table.get(key)?.add(step.destination.address);
    if (step.op === 'deleteDestination') table.get(key)?.delete(step.destination.address);
  }
  return [...table.values()].reduce((rules, { size }) => rules + 1 + size, 0);
}
