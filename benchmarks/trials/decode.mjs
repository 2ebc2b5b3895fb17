// @ts-check
import table from './table.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  ...table,
  title: 'Make objects of 2,200 rows that C++ has read (JavaScript only)',
  part: 'decode',
};
