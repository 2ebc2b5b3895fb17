// @ts-check
import { additions } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export const guard = {
  boots: 3,
  title: 'Add a hundred rules: what the regression guard counts',
  unit: 'rule',
  units: 100,
  rounds: 1000,
  before: [],
  steps: additions(10, 9),
};

/** @type {import('./work.mjs').Work} */
export const guardEncode = {
  ...guard,
  title: 'Check a hundred commands and write their records: what the regression guard counts',
  part: 'encode',
};
