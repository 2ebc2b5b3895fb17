// @ts-check
/* The quick tests as one file: what they test is loaded once for each mutant, and not once for each of their files. */

const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const { describe } = require('@jest/globals');

const TESTS = join(__dirname, '../../test');

const FOLDERS = ['unit', 'unit/cli', 'simulator', 'kernel/verbs', 'kernel/control'];

/** They need what is built or a kernel, are of other rooms, or go through thousands of cases: seconds for each mutant. */
const OTHERS = [
  /unit\/(docs|native|rules|cli\/(differences|main|pages))\./,
  /simulator\/(exporter|metrics|random-requests|twos)\./,
  /kernel\/control\/(?!patch-)/,
];

for (const folder of FOLDERS) {
  for (const name of readdirSync(join(TESTS, folder))) {
    const file = `${folder}/${name}`;
    if (!name.endsWith('.test.ts') || OTHERS.some((others) => others.test(file))) continue;
    describe(file, () => {
      require(join(TESTS, file));
    });
  }
}
