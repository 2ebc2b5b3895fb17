// @ts-check
import { additions } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Read the table of 2,000 services with 20 destinations each, the start of the program included',
  unit: 'row',
  units: 42_000,
  before: additions(2000, 20),
  once: true,
  steps: [{ op: 'table' }],
  drivers: ['node', 'listing', 'lvsadm', 'first-table'],
};
