// @ts-check
import { additions } from './work.mjs';

/** @param {number} services @returns {import('./work.mjs').Work} */
export function growth(services) {
  return {
    title: `Add ${services.toLocaleString('en')} services with a destination each`,
    unit: 'rule',
    units: services * 2,
    before: [],
    steps: additions(services, 1),
    // Ten are soon looked through, and thousands of short rounds would rest for long.
    afresh: services > 10,
    // A process for each rule costs as much where there are more of them, and nobody waits for so many.
    drivers: [
      'raw',
      'raw-single',
      'batch',
      'sync-batch',
      'concurrent',
      'async',
      'sync',
      'libnl',
      'moby',
      'restore',
    ],
  };
}
