// @ts-check
import { addition, additions, range } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Add one destination and wait for the answer (200 times, each to a service of its own)',
  unit: 'rule',
  units: 200,
  before: additions(200, 0),
  steps: range(200).map((s) => addition(s, 0)),
  alone: true,
};
