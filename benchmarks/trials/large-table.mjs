// @ts-check
import { additions } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Read the table of 2,000 services with 5 destinations each',
  unit: 'row',
  units: 12000,
  // Garbage is collected in every third.
  rounds: 24,
  before: additions(2000, 5),
  steps: [{ op: 'table' }],
};
