// @ts-check
/* The tests that Stryker runs over each mutant: those that need nothing built and are quick, as one project. */

const { join } = require('node:path');

const ROOT = join(__dirname, '../..');
const { projects } = require(join(ROOT, 'jest.config.js'));

/** @param {string} name @returns {import('jest').Config} */
const project = (name) =>
  projects.find((/** @type {{ displayName: string }} */ { displayName }) => displayName === name);

/** They are of other rooms, or go through thousands of cases: seconds for each mutant. */
const SLOW = [
  'kernel/(control/batch|errno/errno)',
  'unit/(cli/.*|docs|is-ip|native|rules)',
  'simulator/(metrics|random-requests|speed|orchestration/.*)',
];

const { displayName, ...settings } = project('simulator');

/** @type {import('jest').Config} */
module.exports = {
  ...settings,
  rootDir: ROOT,
  testMatch: ['unit', 'simulator'].flatMap((name) => project(name).testMatch ?? []),
  testPathIgnorePatterns: SLOW.map((files) => `/test/${files}\\.test\\.ts$`),
  // A request that is never answered fails its test; Stryker's own bound, which ends the process, is for loops without end.
  testTimeout: 10_000,
};
