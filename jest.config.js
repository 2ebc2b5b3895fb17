/** The kernel's tests that need no packets and no other program: they must pass on the simulator, too. */
const ALSO_SIMULATED = [
  'kernel/verbs/*.test.ts',
  'kernel/errno/*.test.ts',
  'kernel/control/{batch,patch-destination,patch-service,report}.test.ts',
];

/** @type {Record<string, object>} */
const SETTINGS = {
  kernel: { globalSetup: '<rootDir>/test/kernel/guard.cjs' },
  draining: { globalSetup: '<rootDir>/test/kernel/guard.cjs' },
  nftables: { globalSetup: '<rootDir>/test/kernel/guard.cjs' },
  simulator: {
    globals: { LVS_SIMULATED: true },
    testMatch: ['simulator/**/*.test.ts', ...ALSO_SIMULATED].map((files) => `<rootDir>/test/${files}`),
  },
};

/**
 * Projects by what they need: `kernel` and `draining` an IPVS kernel and root (npm run guest), `nftables`
 * one that has nf_tables, too (npm run test:nftables); `unit`, `simulator` and `types` nothing,
 * on any platform; the others what `npm run setup` builds or installs: `system` a POSIX system's shells, `agent` etcd.
 * @type {import('jest').Config}
 */
module.exports = {
  // A guest starts processes slowly, and CI machines are busy.
  testTimeout: 60_000,
  testSequencer: '<rootDir>/tools/test/sequencer.cjs',
  projects: [
    'unit',
    'simulator',
    'conformance',
    'system',
    'fuzz',
    'types',
    'package',
    'agent',
    'kernel',
    'draining',
    'nftables',
  ].map((name) => ({
    displayName: name,
    cacheDirectory: '<rootDir>/.cache/jest',
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
    ...SETTINGS[name],
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
