// @ts-check
import { additions, destination, range, service } from './work.mjs';

const services = 500;
const destinations = 9;

// Numbers that look random, and are the same every time.
let state = 1;
const random = (/** @type {number} */ below) => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) % below;
};

/** Destinations that stand, by service. */
const standing = range(services).map(() => range(destinations).map((d) => d + 1));
let fresh = destinations + 1;

/** @returns {import('./work.mjs').Step} */
function change() {
  const s = random(services);
  const present = /** @type {number[]} */ (standing[s]);
  const kind = present.length < 2 ? 0 : random(3);
  const weight = 1 + random(100);
  if (kind === 0) {
    present.push(fresh);
    return { op: 'addDestination', service: service(s), destination: destination(fresh++), weight };
  }
  const at = random(present.length);
  const chosen = destination(/** @type {number} */ (present[at]));
  if (kind === 1) return { op: 'setDestination', service: service(s), destination: chosen, weight };
  present.splice(at, 1);
  return { op: 'deleteDestination', service: service(s), destination: chosen };
}

/** @type {import('./work.mjs').Work} */
export default {
  title: 'A thousand random additions, weight changes and deletions among 5,000 standing rules',
  unit: 'rule',
  units: 1000,
  before: additions(services, destinations),
  steps: range(1000).map(change),
};
