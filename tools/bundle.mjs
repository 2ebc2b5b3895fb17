// @ts-check
/*
 * Puts the library into one file, dist/index.js, in place of the one that tsc made: looking for sixty files, and reading
 * them, is most of what loading the package would take. The program has its modules beside it, and loads few of them.
 */
import { fileURLToPath } from 'node:url';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import typescript from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

const { ModuleKind, ScriptTarget } = typescript;
// The declarations keep the comments; here they would be read at every start.
const compilerOptions = { target: ScriptTarget.ES2022, module: ModuleKind.ESNext, removeComments: true };

const stripTypes = {
  name: 'strip-types',
  /** @param {string} source @param {string} fileName */
  transform: (source, fileName) =>
    typescript.transpileModule(source, { fileName, compilerOptions }).outputText,
};

const bundle = await rollup({
  input: `${root}lib/index.ts`,
  external: /^node:/,
  plugins: [nodeResolve({ extensions: ['.ts'] }), stripTypes],
});
await bundle.write({ file: `${root}dist/index.js`, format: 'cjs' });
await bundle.close();
