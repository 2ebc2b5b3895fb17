// @ts-check
import { additions } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Add 200 services with 10 destinations each',
  unit: 'rule',
  units: 2200,
  before: [],
  boots: 5,
  steps: additions(200, 10),
};
