// @ts-check
import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { addonLoads } from './addon.mjs';
import { isUpToDate } from './freshness.mjs';
import { root, run } from './run.mjs';

/**
 * @typedef {object} Product
 * @property {string} name
 * @property {string} output one file that stands for all
 * @property {string[]} sources files, and folders with everything in them
 * @property {string[]} command
 * @property {() => boolean} [works]
 */

/** What is built from what, in the order in which it has to be. @type {Product[]} */
const products = [
  {
    name: 'the addon',
    output: 'build/Release/lvs_netlink.node',
    sources: ['binding.gyp', 'native'],
    command: ['npm', 'run', 'build:addon'],
    works: addonLoads,
  },
  {
    name: 'the library',
    output: 'dist/index.js',
    sources: ['lib', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'tools/bundle.mjs'],
    command: ['npm', 'run', 'build:lib'],
  },
  {
    name: 'the demo',
    output: '.cache/demo/demo/main.js',
    sources: ['demo', 'lab', 'tsconfig.json'],
    command: ['node', 'node_modules/typescript/bin/tsc', '-p', 'demo/tsconfig.json'],
  },
];

export function build() {
  for (const { name, output, sources, command, works = () => true } of products) {
    const file = join(root, output);
    const from = sources.map((source) => join(root, source));
    if (isUpToDate(file, from) && works()) continue;
    const [program = '', ...args] = command;
    // What changes during the build is not in it; and what a failed one leaves must not look done.
    let date = new Date();
    try {
      run(`building ${name}`, program, args);
    } catch (error) {
      date = new Date(0);
      throw error;
    } finally {
      if (existsSync(file)) utimesSync(file, date, date);
    }
  }
}
