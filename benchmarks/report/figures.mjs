// @ts-check

/** How many rounds at the end count, unless the driver says otherwise; those before them warm up. @param {number} rounds */
const usual = (rounds) => Math.max(4, 2 * Math.floor(rounds / 6));

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? NaN) + (sorted[sorted.length >> 1] ?? NaN)) / 2;
}

/**
 * @typedef {object} Figure
 * @property {string} trial
 * @property {string} driver
 * @property {number} [warm] per unit, the median of the last rounds; of several repetitions, the one in the middle
 * @property {number} [cold] per unit, the first round of the process
 * @property {number} [spread] of the middle half of the counted rounds, as a share of the median
 * @property {string} [lacks]
 */

/**
 * What came of a driver's repetitions of a trial.
 *
 * @param {import('../run.mjs').Measurement[]} repetitions
 * @returns {Figure}
 */
export function figure(repetitions) {
  const [{ trial, driver, lacks } = { trial: '', driver: '' }] = repetitions;
  const done = repetitions.filter(({ counts }) => counts);
  if (done.length === 0) return { trial, driver, lacks: lacks ?? 'no figures' };
  const per = done.map(({ counts = [], units = 1 }) => counts.map((count) => count / units));
  const last = per.map((counts) => counts.slice(-(done[0]?.counted ?? usual(counts.length))));
  const warm = median(last.map(median));
  const sorted = last.flat().toSorted((a, b) => a - b);
  const quarter = (/** @type {number} */ n) => sorted[Math.floor((n * (sorted.length - 1)) / 4)] ?? NaN;
  const spread = (quarter(3) - quarter(1)) / warm;
  return { trial, driver, warm, cold: median(per.map(([first = NaN]) => first)), spread };
}

/** @param {Figure[]} figures */
export function lookup(figures) {
  return (/** @type {string} */ trial, /** @type {string} */ driver) =>
    figures.find((each) => each.trial === trial && each.driver === driver)?.warm;
}
