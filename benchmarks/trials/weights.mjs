// @ts-check
import { additions, destination, range, service } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Change 2,000 weights, ten to a service',
  unit: 'rule',
  units: 2000,
  before: additions(200, 10),
  steps: range(2000).map((n) => ({
    op: 'setDestination',
    service: service(Math.floor(n / 10)),
    destination: destination((n % 10) + 1),
    weight: 2 + (n % 7),
  })),
};
