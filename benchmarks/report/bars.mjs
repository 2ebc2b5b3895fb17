// @ts-check
import { areOfOneRun, lookup } from './figures.mjs';
import { loadingBound } from './loading.mjs';

/**
 * @typedef {object} Bar
 * @property {string} title
 * @property {number | undefined} ratio
 * @property {number} bound
 * @property {'at most' | 'at least'} sense
 * @property {number} [counted] the same in instructions, where the bar is in time
 */

/** @param {Bar} bar */
export function isMet({ ratio, bound, sense }) {
  if (ratio === undefined) return undefined;
  return sense === 'at most' ? ratio <= bound : ratio >= bound;
}

/**
 * What the library promises, as ratios of figures of one run.
 *
 * @param {import('./figures.mjs').Figure[]} figures
 * @param {number} [loading] what loading takes in real time, as a share of its bound
 * @returns {Bar[]}
 */
export function bars(figures, loading) {
  const of = lookup(figures);
  const ratio = (/** @type {number | undefined} */ a, /** @type {number | undefined} */ b) =>
    a === undefined || b === undefined ? undefined : a / b;
  const floor = of('add', 'raw');
  const batch = of('add', 'batch');
  const reading = of('table', 'async');
  const load = of('require', 'ours');
  return [
    { title: 'batch : the raw floor', ratio: ratio(batch, floor), bound: 1.15, sense: 'at most' },
    {
      title: 'ipvsadm -R : batch, both beyond the raw floor of the same boot',
      ratio: ratio(beyond(of('add', 'restore'), floor), beyond(batch, floor)),
      bound: 100,
      sense: 'at least',
    },
    { title: 'moby/ipvs : batch', ratio: ratio(of('add', 'moby'), batch), bound: 5, sense: 'at least' },
    {
      title: 'Promise.all : the raw floor',
      ratio: ratio(of('add', 'concurrent'), floor),
      bound: 1.35,
      sense: 'at most',
    },
    {
      title: 'one IpvsSync call : one raw message and its answer',
      ratio: ratio(of('round-trip', 'sync'), of('round-trip', 'raw-single')),
      bound: 1.25,
      sense: 'at most',
    },
    ...['delete', 'weights'].map((trial) => ({
      title: `${trial}, batch : the raw floor`,
      ratio: ratio(of(trial, 'batch'), of(trial, 'raw')),
      bound: 1.15,
      sense: /** @type {const} */ ('at most'),
    })),
    {
      title: 'one await each : one raw message and its answer',
      ratio: ratio(of('round-trip', 'async'), of('round-trip', 'raw-single')),
      bound: 3.5,
      sense: 'at most',
    },
    ...Object.entries(SHAPES).map(([trial, { shape, bound }]) => ({
      title: `table() of ${shape} : the raw reader`,
      ratio: ratio(of(trial, 'async'), of(trial, 'raw')),
      bound,
      sense: /** @type {const} */ ('at most'),
    })),
    {
      title: 'table() of 100 × 16 and 17 in turn : of 100 × 16, each over the raw reader',
      ratio: areOfOneRun(figures, ['table-alternating', 'table-100x16'])
        ? ratio(overRaw(of, 'table-alternating'), overRaw(of, 'table-100x16'))
        : undefined,
      bound: 1.1,
      sense: 'at most',
    },
    {
      title: 'destinations() of 2,000 : the raw reader',
      ratio: ratio(of('large-service', 'async'), of('large-service', 'raw')),
      bound: 1.35,
      sense: 'at most',
    },
    {
      title: 'moby/ipvs : table()',
      ratio: ratio(of('table', 'moby'), reading),
      bound: 3.9,
      sense: 'at least',
    },
    {
      title: 'moby/ipvs : table({ stats: false })',
      ratio: ratio(of('table', 'moby'), of('table', 'state')),
      bound: 15,
      sense: 'at least',
    },
    {
      title: 'the raw reader : the table as records, without counters',
      ratio: ratio(of('table', 'raw'), of('table', 'packed')),
      bound: 8,
      sense: 'at least',
    },
    {
      title: 'plan of 10,000 rules without differences : reading them as records',
      ratio: ratio(of('plan', 'plan'), of('plan', 'packed')),
      bound: 1.15,
      sense: 'at most',
    },
    {
      title: 'plan of 10,000 rules without differences : table()',
      ratio: ratio(of('plan', 'plan'), of('plan', 'async')),
      bound: 0.5,
      sense: 'at most',
    },
    {
      title: 'plan of 10,000 rules without differences : table() by netlink alone',
      ratio: ratio(of('plan', 'plan'), of('plan', 'netlink')),
      bound: 0.5,
      sense: 'at most',
    },
    { title: 'growth from 10 to 10,000 services', ratio: growth(figures, of), bound: 1.1, sense: 'at most' },
    {
      title: 'ipvsadm -R : lvsadm -R beyond Node with an empty program, 10,000 rules',
      ratio: ratio(of('rule-file', 'restore'), beyond(of('rule-file', 'lvsadm'), of('rule-file', 'node'))),
      bound: 7,
      sense: 'at least',
    },
    {
      title: 'ipvsadm -R : lvsadm -R, 100,000 rules',
      ratio: ratio(of('rule-file-100000', 'restore'), of('rule-file-100000', 'lvsadm')),
      bound: 5,
      sense: 'at least',
    },
    {
      title: 'lvsadm -L -n : Node with an empty program',
      ratio: ratio(of('list-empty', 'lvsadm'), of('list-empty', 'node')),
      bound: 1.3,
      sense: 'at most',
    },
    {
      title: 'open() and table() of 2,000 × 20 : ipvsadm -L -n, each a whole process',
      ratio: ratio(of('first-table', 'first-table'), of('first-table', 'listing')),
      bound: 1,
      sense: 'at most',
    },
    ...['list', 'save'].map((trial) => ({
      title: `lvsadm ${trial === 'list' ? '-L' : '-S'} -n of 100,000 rules : ipvsadm`,
      ratio: ratio(of(`${trial}-100000`, 'lvsadm'), of(`${trial}-100000`, 'listing')),
      bound: 1,
      sense: /** @type {const} */ ('at most'),
    })),
    {
      title: 'memory that lvsadm -L -n of 100,000 rules takes, of 40 MB',
      ratio: ratio(of('list-memory', 'lvsadm'), MEMORY_KIB),
      bound: 1,
      sense: 'at most',
    },
    {
      title: 'open() and connections() of 20,000 : ipvsadm -L -n -c, each a whole process',
      ratio: ratio(of('list-connections', 'connections'), of('list-connections', 'listing')),
      bound: 1.2,
      sense: 'at most',
    },
    {
      title: 'require, of 5 ms in real time',
      ratio: loading,
      bound: 1,
      sense: 'at most',
      // A nanosecond is an instruction there, and a processor of today carries out several.
      ...(load !== undefined && { counted: load / loadingBound }),
    },
  ];
}

/** 40 MB. */
const MEMORY_KIB = 40_000_000 / 1024;

/** What is left when the least that it can take is taken away. @param {number | undefined} all @param {number | undefined} least */
function beyond(all, least) {
  return all === undefined || least === undefined ? undefined : all - least;
}

/** Tables by their number of services and of destinations each, and what reading one may take. */
const SHAPES = {
  table: { shape: '200 × 10', bound: 1.22 },
  'table-100x20': { shape: '100 × 20', bound: 1.35 },
  'table-100x30': { shape: '100 × 30', bound: 1.35 },
  'table-40x90': { shape: '40 × 90', bound: 1.35 },
  'table-1x2000': { shape: '1 × 2,000', bound: 1.35 },
};

/** @param {ReturnType<typeof lookup>} of @param {string} trial */
function overRaw(of, trial) {
  const [ours, raw] = [of(trial, 'async'), of(trial, 'raw')];
  return ours === undefined || raw === undefined ? undefined : ours / raw;
}

/**
 * How much the library's own share of a rule grows: that beyond the raw floor's. The least is what it grows from, since
 * of few rules each has a large part of what an exchange costs.
 *
 * @param {import('./figures.mjs').Figure[]} figures
 * @param {ReturnType<typeof lookup>} of
 */
function growth(figures, of) {
  const counts = [10, 100, 1000, 10000];
  if (
    !areOfOneRun(
      figures,
      counts.map((services) => `growth-${services}`),
    )
  )
    return undefined;
  const shares = counts.map((services) => {
    const [ours, floor] = [of(`growth-${services}`, 'batch'), of(`growth-${services}`, 'raw')];
    return ours === undefined || floor === undefined ? undefined : ours - floor;
  });
  const known = shares.filter((share) => share !== undefined);
  return known.length < shares.length ? undefined : (known.at(-1) ?? NaN) / Math.min(...known);
}
