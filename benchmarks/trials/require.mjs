// @ts-check

/** @type {import('./work.mjs').Work} */
export default {
  title: 'Load the package, beyond an empty module',
  unit: 'process',
  units: 1,
  before: [],
  steps: [],
  part: 'require',
};
