// @ts-check
import roundTrip from './round-trip.mjs';

/** @type {import('./work.mjs').Work} */
export const emptyAwait = {
  ...roundTrip,
  title: 'Part: await the addon 200 times, which is asked for nothing',
  unit: 'await',
  part: 'empty-await',
};

/** @type {import('./work.mjs').Work} */
export const pool = {
  ...roundTrip,
  title:
    "Part: await 200 times what Node's own pool does (`crypto.randomBytes` of one byte), without this library",
  unit: 'await',
  part: 'pool',
};
