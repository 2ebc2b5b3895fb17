/**
 * Projects by what they need: `kernel` an IPVS kernel and root (npm run guest); `unit` and `types` nothing, on any
 * platform; the others what `npm run setup` builds or installs: `system` a POSIX system's shells.
 * @type {import('jest').Config}
 */
module.exports = {
  // A guest starts processes slowly, and CI machines are busy.
  testTimeout: 60_000,
  testSequencer: '<rootDir>/tools/test/sequencer.cjs',
  projects: ['unit', 'conformance', 'system', 'fuzz', 'types', 'package', 'kernel'].map((name) => ({
    displayName: name,
    cacheDirectory: '<rootDir>/.cache/jest',
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
    ...(name === 'kernel' && { globalSetup: '<rootDir>/test/kernel/guard.cjs' }),
    transform: {
      '\\.ts$': [
        '@swc/jest',
        {
          jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
          module: { type: 'commonjs' },
        },
      ],
    },
  })),
};
