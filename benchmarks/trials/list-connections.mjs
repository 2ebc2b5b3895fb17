// @ts-check
const connections = 20_000;

/** @type {import('./work.mjs').Work} */
export default {
  title: `List ${connections.toLocaleString('en')} connections, the start of the program included`,
  unit: 'connection',
  units: connections,
  before: [],
  steps: [{ op: 'connections', count: connections }],
  drivers: ['node', 'cat', 'listing', 'lvsadm', 'connections'],
};
