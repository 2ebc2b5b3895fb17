// @ts-check
import add from './add.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  ...add,
  title: 'Carry out 2,200 records (the addon and the kernel, no JavaScript)',
  part: 'exchange',
};
