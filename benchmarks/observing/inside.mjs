// @ts-check
/*
 * What run.mjs runs on an emulated processor, whose clock counts instructions: what watching a director costs. Prints one
 * line of JSON, in millions of instructions; stalls in milliseconds of a processor that carries out one a nanosecond.
 */
import { spawn } from 'node:child_process';
import { tracingChannel } from 'node:diagnostics_channel';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Ipvs, IpvsSync } from '@lvs/netlink';
import { IpvsMetrics } from '@lvs/netlink/metrics';
import { longestStall } from '../connections/stall.mjs';
import { speed } from './speed.mjs';

const LVSADM = fileURLToPath(new URL('../../dist/cli/lvsadm.js', import.meta.url));
/** The handle's method that reads the table without making objects, for other parts of the package. */
const PACKED_TABLE = Symbol.for('@lvs/netlink packed table');
/** Refreshes until everything is compiled, and those that count. */
const [WARM_UP, COUNTED] = [20, 10];
/** Readings until everything is compiled, and those that count. */
const [WARMING, MEASURED] = [2, 3];
/** Scrapes after which it is looked what the process holds: its heaps have not reached their size before the second. */
const HELD_AFTER = [1000, 5000, 10_000, 20_000];
/** How often delays are measured, and how long each time. */
const [TIMES, SECONDS] = [5, 5];
/** A tick of /proc/PID/stat, in instructions. */
const TICK = 10_000_000;

const ipvs = await Ipvs.open();
const [what = ''] = process.argv.slice(2);
console.log(
  JSON.stringify(
    await { top, scrape, watch, memory, tracing, speed: async () => ({ instructions: await speed() }) }[
      what
    ]?.(),
  ),
);
await ipvs.close();

/** @param {number} services @param {number} destinations */
async function fill(services, destinations) {
  await ipvs.flush();
  await ipvs.batch(
    Array.from({ length: services }, (_, n) => {
      const service = {
        protocol: 'tcp',
        address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
        port: 80,
        scheduler: 'wlc',
      };
      const add = (/** @type {number} */ m) => ({
        op: 'addDestination',
        service,
        destination: { address: `10.200.${m >> 8}.${m & 255}`, port: 80 },
      });
      return [{ op: 'addService', service }, ...Array.from({ length: destinations }, (_, m) => add(m))];
    }).flat(),
  );
}

/** A refresh of the screen, a second after the other, of 5,000 services with two servers each. */
async function top() {
  await fill(5000, 2);
  const screen = `stty columns 120 rows 40; exec '${process.execPath}' '${LVSADM}' top`;
  const child = spawn('script', ['-qfec', screen, '/dev/null'], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, TERM: 'xterm', LC_ALL: 'C.UTF-8' },
  });
  await setTimeout(WARM_UP * 1000);
  const pid = processOf(LVSADM);
  const before = timesOf(pid);
  await setTimeout(COUNTED * 1000);
  const after = timesOf(pid);
  child.kill();
  const per = (/** @type {'user' | 'system'} */ kind) =>
    ((after[kind] - before[kind]) * TICK) / COUNTED / 1e6;
  return { user: per('user'), system: per('system') };
}

/** @param {string} word */
function processOf(word) {
  const found = readdirSync('/proc').find((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words[0] === process.execPath && words.includes(word);
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`${word} does not run`);
  return found;
}

/** @param {string} pid */
function timesOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return { user: Number(fields[11]), system: Number(fields[12]) };
}

/**
 * A scrape of 52,500 rows, and beside it `table()`: the first one of an `IpvsMetrics`, one of a table whose rows are those of
 * the last, one of a table where each of them stands elsewhere, since the first service has gone or has come back, and one
 * of gauges only.
 */
async function scrape() {
  await fill(2500, 20);
  const [moved] = await ipvs.services();
  if (moved === undefined) throw new Error('there are no services');
  const read = async (/** @type {IpvsMetrics} */ metrics) => {
    for await (const _ of await metrics.scrape());
  };
  const [same, other] = [new IpvsMetrics(ipvs), new IpvsMetrics(ipvs)];
  const withoutCounters = new IpvsMetrics(ipvs, { counters: false });
  let isThere = true;
  const move = async () => {
    await (isThere ? ipvs.deleteService(moved) : ipvs.addService(moved));
    isThere = !isThere;
  };
  const table = await costOf(() => ipvs.table());
  const records = await costOf(() => /** @type {any} */ (ipvs)[PACKED_TABLE](true));
  const first = await costOf(() => read(new IpvsMetrics(ipvs)));
  const unchanged = await costOf(() => read(same));
  const changed = await costOf(() => read(other), move);
  const gauges = await costOf(() => read(withoutCounters));
  const idle = await longestStall(() => setTimeout(1000));
  return { table, records, first, unchanged, changed, gauges, idle };
}

/**
 * What work costs once it is compiled, in millions of instructions, and the longest delay of the event loop meanwhile.
 *
 * @param {() => Promise<unknown>} work @param {() => Promise<void>} [before]
 */
async function costOf(work, before = async () => {}) {
  let least = Number.POSITIVE_INFINITY;
  const stalls = [];
  const counted = async () => {
    const start = process.hrtime.bigint();
    await work();
    least = Math.min(least, Number(process.hrtime.bigint() - start) / 1e6);
  };
  for (let n = 0; n < WARMING + MEASURED; n++) {
    await before();
    const stall = await longestStall(counted);
    if (n >= WARMING) stalls.push(stall);
  }
  return { cost: least, stalls };
}

/**
 * The longest delays of the event loop, several times, in seconds in which one of 52,500 rows was changed and nothing else
 * done, and in which they were watched, too.
 */
async function watch() {
  await fill(2500, 20);
  const [row] = await ipvs.table();
  const [destination] = row?.destinations ?? [];
  if (row === undefined || destination === undefined) throw new Error('there are no destinations');
  let weight = 1;
  const change = () => {
    weight = 3 - weight;
    return ipvs.patchDestination(row, destination, { weight });
  };
  const idle = await stallsOf(change);
  const controller = new AbortController();
  const events = listen(controller.signal);
  await stallsOf(change);
  const watched = await stallsOf(change);
  controller.abort();
  if ((await events) < TIMES * SECONDS) throw new Error(`${await events} changes were seen`);
  return { idle, watched };
}

/** @param {() => Promise<void>} each what is done every second */
async function stallsOf(each) {
  const stalls = [];
  for (let n = 0; n < TIMES; n++) {
    const stall = await longestStall(async () => {
      for (let second = 0; second < SECONDS; second++) {
        await each();
        await setTimeout(1000);
      }
    });
    stalls.push(stall);
  }
  return stalls;
}

/** How many changes are told until the signal ends it. @param {AbortSignal} signal */
async function listen(signal) {
  let events = 0;
  try {
    for await (const _ of ipvs.watch({ interval: 1000, signal })) events++;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return events;
}

/** What the process holds after some thousands of scrapes of 525 rows, in MiB. */
async function memory() {
  await fill(25, 20);
  const metrics = new IpvsMetrics(ipvs);
  const held = [];
  for (let scrapes = 1; scrapes <= 20_000; scrapes++) {
    for await (const _ of await metrics.scrape());
    if (!HELD_AFTER.includes(scrapes)) continue;
    global.gc?.();
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
    held.push({ scrapes, resident: rss / 2 ** 20, used: (heapUsed + arrayBuffers) / 2 ** 20 });
  }
  return held;
}

/** Asking whether somebody listens, and the cheapest request. */
async function tracing() {
  const channel = tracingChannel('lvs.netlink:request');
  const sync = IpvsSync.open();
  const times = 100_000;
  const each = (/** @type {() => unknown} */ work, /** @type {number} */ count) => {
    for (let n = 0; n < count; n++) work();
    const start = process.hrtime.bigint();
    for (let n = 0; n < count; n++) work();
    return Number(process.hrtime.bigint() - start) / count;
  };
  const nothing = each(() => false, times);
  const asked = each(() => channel.hasSubscribers === true, times) - nothing;
  const request = each(() => sync.timeouts(), 2000);
  sync.close();
  return { asked, request };
}
