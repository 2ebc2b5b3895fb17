// @ts-check
/*
 * Puts the library, and the program, into one file each, in place of those that tsc made: looking for sixty files, and
 * reading them, is most of what loading the package would take. Names of functions and classes stay, for stack traces.
 */
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { minify } from 'terser';
import typescript from 'typescript';
import { compileProgram } from './install/compile.mjs';

const lib = fileURLToPath(new URL('../lib', import.meta.url));
const dist = fileURLToPath(new URL('../dist', import.meta.url));

const { ModuleKind, ScriptTarget } = typescript;
const compilerOptions = { target: ScriptTarget.ES2022, module: ModuleKind.ESNext };

/** What is read at every start is short. @type {import('terser').MinifyOptions} */
const shortened = {
  ecma: 2020,
  toplevel: true,
  keep_fnames: true,
  keep_classnames: true,
  // Terser's rewriting of expressions saves a tenth of the text, and made concurrent requests cost 600 instructions more.
  compress: false,
  // V8 reads text of one byte a character faster; and Node shows the line that an error was thrown in.
  format: { ascii_only: true, max_line_len: 110 },
};

/** @param {string} entry @param {import('rollup').OutputOptions} [around] */
async function bundle(entry, around) {
  const build = await rollup({
    input: `${lib}/${entry}.ts`,
    // The library itself is one of the files: whoever uses it and the simulator has its classes once.
    external: (name) => name.startsWith('node:') || name === '../index',
    plugins: [nodeResolve({ extensions: ['.ts'] }), stripTypes(entry), shorten],
  });
  await build.write({ file: `${dist}/${entry}.js`, format: 'cjs', ...around });
  await build.close();
}

/** `__dirname` still is where the module would lie. @param {string} entry */
function stripTypes(entry) {
  return {
    name: 'strip-types',
    transform(/** @type {string} */ source, /** @type {string} */ fileName) {
      const { outputText } = typescript.transpileModule(source, { fileName, compilerOptions });
      const place = relative(dirname(`${lib}/${entry}`), dirname(fileName));
      if (place === '') return outputText;
      return outputText
        .replaceAll('__dirname', `\`\${__dirname}/${place}\``)
        .replaceAll("require('./", `require('./${place}/`);
    },
  };
}

const shorten = {
  name: 'shorten',
  renderChunk: async (/** @type {string} */ code) => (await minify(code, shortened)).code ?? null,
};

for (const entry of ['index', 'rules/rule-text', 'cli/lvsadm', 'simulator/index', 'metrics/index'])
  await bundle(entry);
// A function, as lib/cli/lvsadm.ts calls it.
await bundle('cli/program', {
  banner: '(function (exports, require, __dirname) {',
  footer: '})',
  exports: 'named',
});
await compileProgram();
