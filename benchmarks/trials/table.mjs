// @ts-check
import { additions } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Read the table of 200 services with 10 destinations each',
  unit: 'row',
  units: 2200,
  before: additions(200, 10),
  steps: [{ op: 'table' }],
  also: ['netlink', 'state', 'packed'],
};
