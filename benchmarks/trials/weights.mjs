// @ts-check
import { additions, weights } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Change 2,000 weights, ten to a service',
  unit: 'rule',
  units: 2000,
  before: additions(200, 10),
  steps: weights(200, 10),
};
