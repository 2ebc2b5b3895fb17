// @ts-check
import { addition, additions, range, service } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Read the 2,000 destinations of one service',
  unit: 'row',
  units: 2000,
  before: [...additions(1, 0), ...range(2000).map((d) => addition(0, d))],
  steps: [{ op: 'destinations', service: service(0) }],
  also: ['netlink'],
};
