// @ts-check
/*
 * One measurement, in a process of its own: `node --expose-gc trial.mjs <name>`. Prints what it came to as JSON.
 */
import { setTimeout } from 'node:timers/promises';
import { Ipvs, IpvsSync } from '@lvs/netlink';
import { longestStall } from './stall.mjs';

/** How often memory is looked at, in connections. */
const MEMORY_INTERVAL = 20_000;

/** After how many connections all code is compiled. */
const COMPILED = 200_000;

const trials = {
  /** Everything, by a loop that does nothing. */
  async stream() {
    const ipvs = await Ipvs.open();
    return timed(() => exhaust(ipvs.connections()));
  },

  /** The same in a process that has listed many connections before. */
  async streamAgain() {
    const ipvs = await Ipvs.open();
    let connections = 0;
    while (connections < COMPILED) connections += await exhaust(ipvs.connections());
    return timed(() => exhaust(ipvs.connections()));
  },

  async iterate() {
    const ipvs = IpvsSync.open();
    return timed(() => {
      let connections = 0;
      for (const _ of ipvs.connections()) connections++;
      return connections;
    });
  },

  async countAll() {
    const ipvs = await Ipvs.open();
    return timed(async () => total(await ipvs.countConnections([])));
  },

  async countByState() {
    const ipvs = await Ipvs.open();
    return timed(async () => total(await ipvs.countConnections(['state'])));
  },

  async countByDestination() {
    const ipvs = await Ipvs.open();
    return timed(async () => total(await ipvs.countConnections(['virtual', 'destination', 'state'])));
  },

  /** How far the process's memory grows beyond what it was before. */
  async memory() {
    const ipvs = await Ipvs.open();
    await warmUp(ipvs);
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    let peak = before;
    let connections = 0;
    for await (const _ of ipvs.connections()) {
      if (++connections % MEMORY_INTERVAL === 0) peak = Math.max(peak, process.memoryUsage.rss());
    }
    return { connections, mebibytes: (peak - before) / 2 ** 20 };
  },

  /** The longest time that a timer of a millisecond was late, with a reader that awaits something for each. */
  async stall() {
    const ipvs = await Ipvs.open();
    await warmUp(ipvs);
    let connections = 0;
    const streaming = await longestStall(async () => {
      for await (const _ of ipvs.connections()) {
        connections++;
        await undefined;
      }
    });
    return { connections, milliseconds: streaming };
  },

  /** The same while there is nothing to do. */
  async idle() {
    return { milliseconds: await longestStall(() => setTimeout(2000)) };
  },
};

/**
 * So that the code is compiled.
 *
 * @param {Ipvs} ipvs
 */
async function warmUp(ipvs) {
  let count = 0;
  for await (const _ of ipvs.connections()) if (++count === 100_000) break;
}

/** @param {AsyncIterable<unknown>} connections */
async function exhaust(connections) {
  let count = 0;
  for await (const _ of connections) count++;
  return count;
}

/** @param {{ count: number }[]} rows */
function total(rows) {
  return rows.reduce((sum, { count }) => sum + count, 0);
}

/** @param {() => number | Promise<number>} work */
async function timed(work) {
  const began = performance.now();
  const connections = await work();
  return { connections, milliseconds: performance.now() - began };
}

const name = /** @type {keyof typeof trials} */ (process.argv[2]);
console.log(JSON.stringify(await trials[name]()));
