// @ts-check
const { join } = require('node:path');

/** The versions of Node that the package is for, as `npm run setup` installs them: `[major, path of the program]`. */
exports.nodes = [20, 22, 24, 26].map(
  (major) => /** @type {const} */ ([major, join(__dirname, `node_modules/node-${major}/bin/node`)]),
);

/** What else runs it: `[name, command]`. Node for musl is made at `npm run setup` (musl/node.mjs). */
exports.runtimes = /** @type {const} */ ([
  ['bun', join(__dirname, 'node_modules/@oven/bun-linux-x64-baseline/bin/bun')],
  ['deno', `${join(__dirname, 'node_modules/@deno/linux-x64-glibc/deno')} run -A`],
  ['musl', join(__dirname, '../../.cache/guest/musl/run')],
]);

/** The major version of the Node that runs this. */
exports.ownMajor = Number.parseInt(process.versions.node, 10);
