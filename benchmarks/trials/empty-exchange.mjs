// @ts-check
import add from './add.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  ...add,
  boots: 1,
  title: 'Hand 2,200 records to the addon that ask for nothing',
  part: 'empty-exchange',
};
