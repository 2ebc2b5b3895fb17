// @ts-check

/** @type {import('./work.mjs').Work} */
export default {
  title: 'List an empty table with `-L -n`, the start of the program included',
  unit: 'process',
  units: 1,
  before: [],
  afresh: true,
  steps: [{ op: 'table' }],
  drivers: ['node', 'lvsadm'],
};
