// @ts-check
import { fileURLToPath } from 'node:url';

/** @typedef {import('../trials/work.mjs').Work} Work */

/**
 * A program that is given, as its last arguments, the file with the work, the number of rounds, and the rest before
 * each in milliseconds; and that prints an array of what each round took.
 *
 * @typedef {object} Driver
 * @property {string} title
 * @property {string[]} command
 * @property {number} rounds the last ones count; those before warm up what can be warmed up
 * @property {number} [counted] how many rounds count, if not four
 * @property {number} [warmth] how many steps it takes until its code is compiled: more rounds, where they are short
 * @property {(work: Work) => string | undefined} [lacks] why it cannot do the work
 * @property {boolean} [idle] does nothing of the work: what others take beyond it is theirs
 * @property {boolean} [chosen] takes part only in trials that name it
 * @property {number} [sample] how many steps it does at most, since each takes so long
 */

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const built = (/** @type {string} */ name) => here(`../../.cache/bench/${name}`);
const ours = (/** @type {string} */ mode) => [process.execPath, here('ours.mjs'), mode];
const isReading = (/** @type {Work} */ { steps }) =>
  /^(table|save|destinations|connections)$/.test(steps[0]?.op ?? '');
const changesOnly = (/** @type {Work} */ work) => (isReading(work) ? 'a list is one request' : undefined);
const program = (/** @type {string} */ name) => [process.execPath, here('program/index.mjs'), name];
/** The kernel's own stores of memory fill, too. */
const ahead = { rounds: 6, warmth: 4000 };
/** Of a compiler at run time, which compiles some of it anew as late as in the fourth round of 20,000 commands. */
const compiled = { rounds: 14, warmth: 40000 };

/** @type {Record<string, Driver>} */
export const drivers = {
  raw: { title: 'the floor: C++, raw socket', command: [built('raw'), 'batch'], ...ahead },
  'raw-single': {
    title: 'C++, raw socket, an answer each',
    command: [built('raw'), 'single'],
    ...ahead,
    lacks: changesOnly,
  },
  batch: { title: 'batch', command: ours('batch'), ...compiled, lacks: changesOnly },
  'sync-batch': {
    title: 'IpvsSync, batch',
    command: ours('sync-batch'),
    ...compiled,
    lacks: changesOnly,
  },
  concurrent: {
    title: 'Promise.all',
    command: ours('concurrent'),
    ...compiled,
    lacks: (work) => changesOnly(work) ?? (work.alone ? 'one at a time is the point' : undefined),
  },
  async: { title: 'one await each', command: ours('one-by-one'), ...compiled },
  sync: { title: 'IpvsSync, one call each', command: ours('sync-one-by-one'), ...compiled },
  'sync-options': {
    title: 'IpvsSync, one call each, by socket options',
    command: ours('sync-options'),
    ...compiled,
    chosen: true,
  },
  netlink: {
    title: 'one await each, by netlink alone',
    command: ours('netlink'),
    ...compiled,
    chosen: true,
  },
  state: { title: 'table({ stats: false })', command: ours('state'), ...compiled, chosen: true },
  packed: {
    title: 'the same as records, which plan and watch compare',
    command: ours('packed'),
    ...compiled,
    chosen: true,
  },
  plan: { title: 'plan', command: ours('plan'), ...compiled, chosen: true },
  apply: { title: 'apply', command: ours('apply'), ...compiled, chosen: true },
  libnl: { title: 'C++, libnl', command: [built('libnl')], ...ahead },
  moby: { title: 'moby/ipvs (Go)', command: [built('moby')], ...ahead },
  restore: {
    title: 'ipvsadm -R',
    command: program('ipvsadm'),
    rounds: 5,
    lacks: (work) => changesOnly(work) ?? (work.alone ? 'it is given all at once' : undefined),
  },
  lvsadm: { title: 'lvsadm', command: program('lvsadm'), rounds: 8, counted: 6, chosen: true },
  listing: { title: 'ipvsadm, a listing', command: program('ipvsadm'), rounds: 5, chosen: true },
  'first-table': {
    title: 'open() and table()',
    command: program('table'),
    rounds: 8,
    counted: 6,
    chosen: true,
  },
  connections: {
    title: 'open() and connections()',
    command: program('connections'),
    rounds: 8,
    counted: 6,
    chosen: true,
  },
  cat: { title: 'cat /proc/net/ip_vs_conn', command: program('cat'), rounds: 5, chosen: true },
  node: {
    title: 'Node with an empty program',
    command: program('node'),
    idle: true,
    rounds: 8,
    counted: 6,
    chosen: true,
  },
  ipvsadm: {
    title: 'ipvsadm through child_process',
    command: [process.execPath, here('ipvsadm.mjs')],
    rounds: 3,
    sample: 40,
  },
};

/** Who takes part in a trial, unless somebody else is asked for. @param {Work} work */
export function driversOf(work) {
  if (work.part) return ['ours'];
  const usual = Object.keys(drivers).filter((name) => !drivers[name]?.chosen);
  return work.drivers ?? [...usual, ...(work.also ?? [])];
}

/** A driver for a part of this library. @param {string} part @returns {Driver} */
export function partDriver(part) {
  return {
    title: 'this library',
    command: [process.execPath, here(part === 'require' ? 'require.mjs' : 'parts.mjs'), part],
    ...(part === 'require' ? { rounds: 5 } : compiled),
  };
}
