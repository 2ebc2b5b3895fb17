// @ts-check
/* How Stryker runs Jest over each mutant. */

const { join } = require('node:path');

const ROOT = join(__dirname, '../..');
const { projects } = require(join(ROOT, 'jest.config.js'));

const { displayName, testMatch, ...settings } = projects.find(
  (/** @type {{ displayName: string }} */ project) => project.displayName === 'simulator',
);

/** @type {import('jest').Config} */
module.exports = {
  ...settings,
  rootDir: ROOT,
  testMatch: ['<rootDir>/tools/mutation/all.test.cjs'],
  testEnvironment: join(__dirname, 'environment.cjs'),
  // A request that is never answered fails its test; Stryker's own bound, which ends the process, is for loops without end.
  testTimeout: 4000,
};
