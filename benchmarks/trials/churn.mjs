// @ts-check
import { additions, changes } from './work.mjs';

const services = 500;
const destinations = 9;

/** @type {import('./work.mjs').Work} */
export default {
  title: 'A thousand random additions, weight changes and deletions among 5,000 standing rules',
  unit: 'rule',
  units: 1000,
  before: additions(services, destinations),
  steps: changes(services, destinations, 1000),
};
