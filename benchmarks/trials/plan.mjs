// @ts-check
import { additions, destination, range, service } from './work.mjs';

const services = 500;
/** 10,000 rules. */
const before = additions(services, 19);

/** @type {import('./work.mjs').Work} */
export const plan = {
  title: 'Compare a table of 10,000 rules with a desired state that is the same',
  unit: 'rule',
  units: before.length,
  rounds: 12,
  before,
  steps: [{ op: 'table' }],
  drivers: ['async', 'netlink', 'packed', 'plan', 'apply'],
};

/** @type {import('./work.mjs').Work} */
export const plan100 = {
  title: 'Compare a table of 10,000 rules with a desired state that has 100 other weights, and make it so',
  unit: 'rule',
  units: before.length,
  rounds: 12,
  before,
  steps: range(100).map((n) => ({
    op: 'setDestination',
    service: service(n * 5),
    destination: destination(1 + (n % 19)),
    weight: 7,
  })),
  drivers: ['batch', 'packed', 'plan', 'apply'],
};

/** @type {import('./work.mjs').Work} */
export const compare = {
  title: 'Part: compare a table that has been read with a desired state of 10,000 rules that is the same',
  unit: 'rule',
  units: before.length,
  rounds: 30,
  before,
  steps: [{ op: 'table' }],
  part: 'compare',
};
