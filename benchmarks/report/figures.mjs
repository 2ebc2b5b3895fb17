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
 * @property {number} [warm] per unit, the median of the last rounds; of several repetitions, their median
 * @property {number} [cold] per unit, the first round of the process
 * @property {number} [spread] of the middle half of the counted rounds, as a share of the median
 * @property {string} [lacks]
 * @property {string} [run] when the run ended that counted it: only what one run counted is compared
 */

/**
 * Of a trial that was counted in several boots, what the boot in the middle counted, by its first driver: what the kernel's
 * part of a rule is differs between boots, so that a driver's figures beside another's must be of the same one.
 *
 * @param {import('../run.mjs').Measurement[][]} measurements of each trial and driver, boot by boot
 */
export function ofOneBoot(measurements) {
  /** @type {Map<string, number>} */
  const middle = new Map();
  return measurements.map((boots) => {
    const trial = boots[0]?.trial ?? '';
    const boot = middle.get(trial) ?? middleOf(boots);
    middle.set(trial, boot);
    return boots.slice(boot, boot + 1);
  });
}

/** @param {import('../run.mjs').Measurement[]} boots */
function middleOf(boots) {
  const order = boots.map((boot, n) => ({ n, warm: figure([boot]).warm ?? NaN }));
  return order.toSorted((a, b) => a.warm - b.warm)[(order.length - 1) >> 1]?.n ?? 0;
}

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

/** Whether one run counted all of these trials. @param {Figure[]} figures @param {string[]} trials */
export function areOfOneRun(figures, trials) {
  const runs = trials.map((trial) => figures.find((each) => each.trial === trial)?.run);
  return runs.every((run) => run !== undefined && run === runs[0]);
}
