// @ts-check
const { join } = require('node:path');

/** The versions of Node that the package is for, as `npm run setup` installs them: `[major, path of the program]`. */
exports.nodes = [20, 22, 24, 26].map(
  (major) => /** @type {const} */ ([major, join(__dirname, `node_modules/node-${major}/bin/node`)]),
);

/** The major version of the Node that runs this. */
exports.ownMajor = Number.parseInt(process.versions.node, 10);
