// @ts-check
import { additions } from './work.mjs';

const drivers = ['raw', 'async', 'netlink', 'state', 'packed', 'moby'];

/**
 * A table of another shape.
 *
 * @param {number} services
 * @param {number} destinations of each
 * @returns {import('./work.mjs').Work}
 */
export function shape(services, destinations) {
  const of = services === 1 ? '1 service' : `${services} services`;
  return {
    title: `Read the table of ${of} with ${destinations.toLocaleString('en')} destinations each`,
    unit: 'row',
    units: services * (1 + destinations),
    before: additions(services, destinations),
    steps: [{ op: 'table' }],
    drivers,
  };
}

/** Sizes on both sides of what fits a part, in turn. @type {import('./work.mjs').Work} */
export const alternating = {
  ...shape(100, 17),
  title: 'Read the table of 100 services with 16 and 17 destinations in turn',
  units: 100 * 17.5,
  drivers: ['raw', 'async'],
  before: additions(100, 17).filter(
    (step) => step.op !== 'addDestination' || !isSeventeenth(step) || isOdd(step),
  ),
};

/** @param {import('./work.mjs').Step} step */
function isSeventeenth(step) {
  return 'destination' in step && step.destination.address === '10.2.0.17';
}

/** @param {import('./work.mjs').Step} step */
function isOdd(step) {
  return 'service' in step && Number(step.service.address.split('.').at(-1)) % 2 === 1;
}
