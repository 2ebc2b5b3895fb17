/**
 * Projects by what they need: `kernel` an IPVS kernel and root (npm run guest), the others nothing.
 * @type {import('jest').Config}
 */
module.exports = {
  cacheDirectory: '.cache/jest',
  // A guest starts processes slowly, and CI machines are busy.
  testTimeout: 60_000,
  projects: ['unit', 'conformance', 'fuzz', 'types', 'package', 'kernel'].map((name) => ({
    displayName: name,
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
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
