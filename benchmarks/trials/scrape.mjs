// @ts-check
import { additions } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Read 2,500 services with 20 destinations each: as objects, and as the text of metrics',
  unit: 'row',
  units: 52500,
  rounds: 10,
  before: additions(2500, 20),
  steps: [{ op: 'table' }],
  drivers: ['raw', 'async', 'scrape', 'scrape-node'],
};
