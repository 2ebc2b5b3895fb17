// @ts-check
import { additions, destination, range, service } from './work.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Delete 200 services with 10 destinations each, one rule after the other',
  unit: 'rule',
  units: 2200,
  before: additions(200, 10),
  steps: range(200).flatMap((s) => [
    ...range(10).map((d) => ({
      op: /** @type {const} */ ('deleteDestination'),
      service: service(s),
      destination: destination(d + 1),
    })),
    { op: /** @type {const} */ ('deleteService'), service: service(s) },
  ]),
};
