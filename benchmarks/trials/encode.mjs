// @ts-check
import add from './add.mjs';

/** @type {import('./work.mjs').Work} */
export default {
  ...add,
  title: 'Check 2,200 commands and write their records (JavaScript only)',
  part: 'encode',
};
