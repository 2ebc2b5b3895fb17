// @ts-check
/*
 * Makes dist/ of lib/: a file of JavaScript and a file of declarations for each entry. Looking for a hundred modules, and
 * reading them, is most of what loading the package would take.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import typescript from 'typescript';

/** @typedef {import('rollup').OutputChunk} OutputChunk */

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const lib = path('lib');
const dist = path('dist');

/** What package.json exports: the entries that have declarations, and a door for `import`. */
const exported = Object.values(JSON.parse(readFileSync(path('package.json'), 'utf8')).exports)
  .filter((conditions) => typeof conditions === 'object')
  .map(({ require }) => require.default.slice('./dist/'.length, -'.js'.length));
/** The grammar of rule files is loaded by those who read some; and the command is a program, with others by a word. */
const internal = [
  'rules/rule-text',
  'cli/lvsadm',
  'cli/doctor/index',
  'cli/exporter/index',
  'cli/top/index',
  'cli/plan/index',
  'cli/apply/index',
  'cli/drain/index',
  'cli/watch/index',
];

/** Other entries, as those name them that use them as files of their own. */
const OTHERS = /^(\.\.\/)+((metrics|doctor)\/)?index$/;

/**
 * The library itself is a file of its own: whoever uses another entry has its classes once.
 *
 * @param {string} entry
 */
const isExternal = (entry) => (/** @type {string} */ name) =>
  name.startsWith('node:') || (entry !== 'index' && entry !== 'cli/lvsadm' && OTHERS.test(name));

rmSync(dist, { recursive: true, force: true });
const chunks = await Promise.all([...exported, ...internal].map(bundle));
chunks.slice(1, exported.length).forEach(refuseSecondClasses);
await Promise.all(exported.map(declare));

/** @param {string} entry @returns {Promise<OutputChunk>} */
async function bundle(entry) {
  const build = await rollup({
    input: `${lib}/${entry}.ts`,
    external: isExternal(entry),
    plugins: [nodeResolve({ extensions: ['.ts'] }), stripTypes(entry)],
  });
  const { output } = await build.write({ file: `${dist}/${entry}.js`, format: 'cjs', sourcemap: true });
  await build.close();
  if (exported.includes(entry)) writeDoor(entry, output[0].exports);
  return output[0];
}

/** V8 reads text of one byte a character in a fifth of the time. @param {string} character */
function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `__dirname` still is where the module would lie. @param {string} entry */
function stripTypes(entry) {
  const { ModuleKind, ScriptTarget } = typescript;
  const compilerOptions = {
    target: ScriptTarget.ES2022,
    module: ModuleKind.ESNext,
    sourceMap: true,
    removeComments: true,
  };
  return {
    name: 'strip-types',
    transform(/** @type {string} */ source, /** @type {string} */ fileName) {
      const { outputText, sourceMapText } = typescript.transpileModule(source, { fileName, compilerOptions });
      const place = relative(dirname(`${lib}/${entry}`), dirname(fileName));
      let code = outputText.replaceAll(/[^\0-\x7f]/g, escaped);
      if (place !== '') {
        code = code
          .replaceAll('__dirname', `\`\${__dirname}/${place}\``)
          .replaceAll("require('./", `require('./${place}/`);
      }
      return { code, map: sourceMapText };
    },
  };
}

/** `import` and `require` give the same classes. @param {string} entry @param {string[]} names */
function writeDoor(entry, names) {
  const file = `./${entry.split('/').at(-1)}.js`;
  writeFileSync(`${dist}/${entry}.mjs`, `export { ${names.sort().join(', ')} } from '${file}';\n`);
  writeFileSync(`${dist}/${entry}.d.mts`, `export * from '${file}';\n`);
}

/**
 * An entry that holds a class of the library's once more would make errors that are no instances of the exported class.
 *
 * @param {OutputChunk} chunk
 */
function refuseSecondClasses({ fileName, modules }) {
  const { exports = [] } = chunks[0] ?? {};
  for (const [file, { code, renderedExports }] of Object.entries(modules)) {
    const second = renderedExports.find((name) => exports.includes(name) && code?.includes(`class ${name} `));
    if (second)
      throw new Error(`${fileName} has a ${second} of its own, by ${file}: import it from ../index`);
  }
}

/** @param {string} entry */
async function declare(entry) {
  const build = await rollup({
    input: `${lib}/${entry}.ts`,
    external: isExternal(entry),
    plugins: [dts({ tsconfig: path('tsconfig.build.json') })],
  });
  await build.write({ file: `${dist}/${entry}.d.ts`, format: 'es' });
  await build.close();
}
