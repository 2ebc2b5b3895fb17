// @ts-check
import add from './add.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  ...add,
  title: 'Hand 2,200 records to the addon that ask for nothing',
  part: 'empty-exchange',
};
