// @ts-check

const face = ['index', 'ipvs', 'ipvs-sync', 'client', 'handle-parts', 'hidden'];

/**
 * The rooms of lib/, highest first: each may import from those below it, types included. Rooms in one line do not
 * know each other; the modules of the face do.
 */
const rooms = [
  ['cli/'],
  ['metrics/', 'doctor/', 'simulator/'],
  face,
  ['orchestration/'],
  ['rules/'],
  ['verbs/'],
  ['connections/'],
  ['session/'],
  ['wire/'],
  ['model/'],
  ['backend/'],
  ['errors/'],
];

/** @param {string[]} names */
const pathOf = (names) =>
  `^lib/(${names.map((name) => (name.endsWith('/') ? name : `${name}[.]ts$`)).join('|')})`;

const downwards = rooms.slice(1).flatMap((line, above) =>
  line.map((room) => {
    const beside = room.endsWith('/') ? line.filter((other) => other !== room) : [];
    return {
      name: `${room.replace('/', '')}-imports-downwards`,
      severity: 'error',
      from: { path: pathOf([room]) },
      to: { path: pathOf([...rooms.slice(0, above + 1).flat(), ...beside]) },
    };
  }),
);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...downwards,
    {
      name: 'no-circles',
      comment: 'Types of one room may name each other: nothing of that is left when modules are loaded.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'every-room-has-its-place',
      severity: 'error',
      from: {},
      to: { path: '^lib/', pathNot: pathOf(rooms.flat()) },
    },
    {
      name: 'nothing-imports-the-command',
      severity: 'error',
      from: { pathNot: ['^lib/cli/', '^test/(unit|system|simulator)/', '^test/lvsadm[.]ts$'] },
      to: { path: '^lib/cli/' },
    },
    {
      name: 'from-outside-by-the-face',
      comment:
        'The lab, the demo, the benchmarks and the examples use what users have: @lvs/netlink and its subpaths.',
      severity: 'error',
      from: { path: '^(lab|demo|benchmarks|examples)/' },
      to: { path: '^lib/' },
    },
    {
      name: 'tests-use-the-face',
      comment:
        'Tests of a room may look inside, and so may those that compare two backends record by record; those of behaviour use the face and the seam.',
      severity: 'error',
      from: { path: '^test/(kernel|package|types)/', pathNot: '^test/kernel/(simulator|channels)/' },
      to: {
        path: '^lib/',
        pathNot: [
          pathOf(face),
          '^lib/(metrics|doctor|simulator)/index[.]ts$',
          '^lib/simulator/random[.]ts$',
          '^lib/backend/',
        ],
      },
    },
    {
      name: 'not-what-is-built',
      severity: 'error',
      from: { path: '^(lib|lab|demo|benchmarks|test|tools)/' },
      to: { path: '^dist/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/', '^build/'] },
    exclude: { path: ['^tools/(prebuild|consumers)/node_modules', '^benchmarks/results'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: { extensions: ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '.node'] },
  },
};
