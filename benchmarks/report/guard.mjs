// @ts-check
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {import('../run.mjs').Measurement} Measurement */

const file = fileURLToPath(new URL('../results/guard.json', import.meta.url));
const tolerance = 1.1;

export const guardPairs = [
  ['guard', 'raw'],
  ['guard', 'batch'],
  ['guard-encode', 'ours'],
];

/**
 * What is watched, in instructions for a rule: the least of all boots. The floor is taken away from what `batch` takes,
 * since what the kernel itself needs differs from boot to boot; JavaScript's part is watched by itself, too, where it is
 * not a share of a larger figure.
 *
 * @param {Measurement[][]} measurements those of a pair, boot by boot
 */
function watched(measurements) {
  const [floors = [], batches = [], encodes = []] = guardPairs.map(([trial, driver]) =>
    (measurements.find(([each]) => each?.trial === trial && each?.driver === driver) ?? []).map(least),
  );
  return {
    batch: Math.round(Math.min(...batches.map((batch, boot) => batch - (floors[boot] ?? NaN)))),
    encode: Math.round(Math.min(...encodes)),
  };
}

const meaning = { batch: 'batch, beyond the floor', encode: 'checking and writing a record' };

/**
 * The least of the second half of the rounds: by then the code is compiled, and a round in which garbage was collected
 * or something recompiled is not the least.
 *
 * @param {Measurement} measurement
 */
function least({ counts = [], units = 1 }) {
  const later = counts.slice(counts.length >> 1);
  return later.length === 0 ? NaN : Math.min(...later) / units;
}

/**
 * Compares what is watched with what is stored for this version of Node: another compiles otherwise.
 *
 * @param {Measurement[][]} measurements those of a pair, boot by boot
 * @param {string} node its version
 * @param {boolean} store instead of comparing
 * @returns {boolean} whether all is within bounds
 */
export function guard(measurements, node, store) {
  const found = watched(measurements);
  const [version = ''] = node.split('.');
  const failed = measurements.flat().flatMap(({ lacks }) => lacks ?? []);
  if (failed.length > 0 || !Object.values(found).every(Number.isFinite)) {
    console.error(`guard: no figures: ${failed.join('; ')}`);
    return false;
  }
  /** @type {Record<string, Record<string, number>>} */
  const stored = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  if (store) {
    writeFileSync(file, `${JSON.stringify({ ...stored, [version]: found }, null, 2)}\n`);
    console.log(`guard: stored for Node ${version}: ${JSON.stringify(found)}`);
    return true;
  }
  const bounds = stored[version];
  if (!bounds) {
    console.log(`guard: nothing is stored for Node ${version}; found ${JSON.stringify(found)}`);
    return true;
  }
  return Object.entries(found)
    .map(([name, count]) =>
      isWithin(meaning[/** @type {keyof typeof meaning} */ (name)], count, bounds[name]),
    )
    .every(Boolean);
}

/** @param {string} what @param {number} count @param {number | undefined} bound */
function isWithin(what, count, bound = NaN) {
  const within = count <= bound * tolerance;
  const verdict = within ? 'within 10 %' : 'MORE than 10 % beyond it';
  console.log(`guard: ${what}: ${count} instructions a rule, stored ${bound}: ${verdict}`);
  return within;
}
