// @ts-check
import { additions } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Restore a file of 10,000 rules, the start of the program included',
  unit: 'rule',
  units: 10000,
  before: [],
  afresh: true,
  steps: additions(1000, 9),
  drivers: ['restore', 'lvsadm'],
};
