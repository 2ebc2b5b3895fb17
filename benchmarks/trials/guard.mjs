// @ts-check
import { additions } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Add a hundred rules: what the regression guard counts',
  unit: 'rule',
  units: 100,
  before: [],
  steps: additions(10, 9),
};
