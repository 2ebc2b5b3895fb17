// @ts-check
import weights from './weights.mjs';
import { additions } from './work.mjs';

/** Who makes one change with each call: by netlink, by socket options, and ipvsadm, which uses netlink. */
const drivers = ['raw-single', 'sync', 'sync-options', 'ipvsadm'];

const services = additions(200, 0);
const destinations = additions(200, 10).filter(({ op }) => op === 'addDestination');

export const channels = /** @satisfies {Record<string, import('./work.mjs').Work>} */ ({
  add: {
    title: 'Add ten destinations to each of 200 services, by either way in, one call each',
    unit: 'rule',
    units: 2000,
    before: services,
    steps: destinations,
    drivers,
  },
  weights: {
    ...weights,
    title: 'Change 2,000 weights, by either way in, one call each',
    drivers,
  },
  delete: {
    title: 'Delete 2,000 destinations, by either way in, one call each',
    unit: 'rule',
    units: 2000,
    before: [...services, ...destinations],
    steps: destinations.flatMap((step) =>
      step.op === 'addDestination'
        ? [{ op: 'deleteDestination', service: step.service, destination: step.destination }]
        : [],
    ),
    drivers,
  },
});
