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
  };
}
