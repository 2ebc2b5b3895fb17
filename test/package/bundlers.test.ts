/** Programs that bundlers made of one that uses the package. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EXAMPLES, ROOT } from '../examples';

const BUNDLERS = join(ROOT, 'tools/consumers/node_modules');
const ESBUILD = [join(BUNDLERS, 'esbuild/bin/esbuild'), 'app.mjs', '--bundle', '--platform=node'];

/** The configuration of docs/install.md, by which the package stays outside. */
const EXTERNAL = EXAMPLES.find(({ name }) => name === 'webpack')?.source ?? '';

/** Takes a configuration, and makes `out/bundle.cjs` of `app.mjs`. */
const WEBPACK = `
  const webpack = require('${join(BUNDLERS, 'webpack')}');
  const [, , configuration] = process.argv;
  const output = { path: process.cwd() + '/out', filename: 'bundle.cjs' };
  webpack({ ...require(configuration), mode: 'none', entry: './app.mjs', output }, (error, stats) => {
    if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
  });`;

/** By which command a bundle is made. */
const MAKERS: Record<string, { bundled: string[]; external: string[] }> = {
  esbuild: {
    bundled: [...ESBUILD, '--outfile=out/bundle.cjs'],
    external: [...ESBUILD, '--outfile=out/bundle.cjs', '--external:@lvs/netlink'],
  },
  webpack: {
    bundled: [process.execPath, 'webpack.cjs', './bundled.config.cjs'],
    external: [process.execPath, 'webpack.cjs', './external.config.cjs'],
  },
};

/** This machine's kernel may have IPVS or not. */
const KERNEL_ANSWERED = /^1\n(EPERM |ERR_IPVS_MODULE_MISSING |$)/;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-bundlers-'));
  const files = {
    'package.json': '{"private":true,"name":"app"}',
    'app.mjs': `import { Ipvs, parseRules } from '@lvs/netlink';
      console.log(parseRules('-A -t 10.0.0.1:80').length);
      Ipvs.open().then((ipvs) => ipvs.close(), (error) => console.log(error.code, error.message));`,
    'webpack.cjs': WEBPACK,
    'bundled.config.cjs': "module.exports = { target: 'node' };",
    'external.config.cjs': EXTERNAL,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'node_modules/@lvs'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules/@lvs/netlink'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes a bundle, and returns what it prints. */
function printedBy([program = '', ...args]: string[], file = 'out/bundle.cjs'): string {
  execFileSync(program, args, { cwd: folder, stdio: 'pipe' });
  return execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' });
}

describe.each(Object.entries(MAKERS))('%s', (_, { bundled, external }) => {
  test('with the package inside, what needs no addon works, and opening says how to leave it outside', () => {
    const printed = printedBy(bundled);
    expect(printed).toMatch(/^1\nERR_IPVS_ADDON_MISSING open: /);
    expect(printed).toContain('@lvs/netlink is bundled here into another file');
    expect(printed).toContain('--external:@lvs/netlink');
    expect(printed).toContain("externals: { '@lvs/netlink': 'commonjs @lvs/netlink' }");
  });

  test('with the package outside, it is the kernel that answers', () => {
    expect(printedBy(external)).toMatch(KERNEL_ANSWERED);
  });
});

test("esbuild's ESM takes no CommonJS package along; with the package outside, it is the kernel that answers", () => {
  const command = [...ESBUILD, '--format=esm', '--outfile=out/bundle.mjs'];
  expect(() => printedBy(command, 'out/bundle.mjs')).toThrow(
    /Dynamic require of "node:\w+" is not supported/,
  );
  expect(printedBy([...command, '--external:@lvs/netlink'], 'out/bundle.mjs')).toMatch(KERNEL_ANSWERED);
});
