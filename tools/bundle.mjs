// @ts-check
/*
 * Makes dist/ of lib/: few files of JavaScript, each module in one of them, and a file of declarations for each entry that
 * the package exports. Looking for a hundred modules, and reading them, is most of what loading the package would take;
 * and so a file holds what is needed together.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import typescript from 'typescript';

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const lib = path('lib');
const dist = path('dist');

/** What package.json exports: the entries that have declarations, and a door for `import`. */
const exported = Object.values(JSON.parse(readFileSync(path('package.json'), 'utf8')).exports)
  .filter((conditions) => typeof conditions === 'object')
  .map(({ require }) => require.default.slice('./dist/'.length, -'.js'.length));
/** The package's command, and the programs that it loads by a word. */
const programs = [
  'lvsadm',
  ...['apply', 'bench', 'doctor', 'drain', 'exporter', 'plan', 'top', 'watch'].map((name) => `${name}/index`),
  // The counted benchmark has its trials from there.
  'bench/trials',
];
const entries = [...exported, ...programs.map((name) => `cli/${name}`)];
/** What lvsadm loads for a line that changes the table, and for a file of them. */
const CHANGING = ['cli/change', 'cli/restore', 'rules/option-values', 'rules/check-values'];
/** Other entries, as those name them that use them. */
const OTHERS = /^(\.\.\/)+((metrics|doctor)\/)?index$/;

rmSync(dist, { recursive: true, force: true });
await bundle();
// Node asks the nearest one how files are to be read, and the package's own is long.
writeFileSync(`${dist}/package.json`, '{ "type": "commonjs" }\n');
await Promise.all(exported.map(declare));

async function bundle() {
  const groupOf = togetherWith();
  /** @type {Map<string, string>} */
  const groups = new Map();
  const build = await rollup({
    input: Object.fromEntries(entries.map((entry) => [entry, `${lib}/${entry}.ts`])),
    external: /^node:/,
    // What TypeScript makes of await using asks the top level's this for a helper.
    context: 'globalThis',
    preserveEntrySignatures: 'strict',
    plugins: [nodeResolve({ extensions: ['.ts'] }), stripTypes(), placeFiles()],
  });
  const { output } = await build.write({
    dir: dist,
    format: 'cjs',
    sourcemap: true,
    hoistTransitiveImports: false,
    entryFileNames: '[name].js',
    chunkFileNames: ({ name, moduleIds: [first = ''] }) => `shared/${groups.get(first) ?? name}.js`,
    manualChunks: (id, api) => {
      const group = groupOf(id, api);
      if (group !== null) groups.set(id, group);
      return group;
    },
  });
  await build.close();
  for (const chunk of output) {
    if (chunk.type === 'chunk' && exported.includes(chunk.name)) writeDoor(chunk.name, chunk.exports);
  }
}

/**
 * The files that the package and its command begin with are few, since each takes as long as eight thousand characters of it:
 * the package's classes are one; what a handle and the command need is one, and what each of the two needs beside it another;
 * and what lvsadm needs to change the table is one more. The rest may stand as it falls.
 *
 * @returns {(id: string, api: import('rollup').ManualChunkMeta) => string | null}
 */
function togetherWith() {
  /** @type {Map<string, Set<string>>} */
  const reached = new Map();
  return (id, { getModuleInfo }) => {
    const isReached = (/** @type {string} */ entry) => {
      if (!reached.has(entry)) reached.set(entry, reach(`${lib}/${entry}.ts`));
      return reached.get(entry)?.has(id) === true;
    };
    const reach = (/** @type {string} */ from, seen = new Set()) => {
      if (seen.has(from)) return seen;
      seen.add(from);
      for (const next of getModuleInfo(from)?.importedIds ?? []) reach(next, seen);
      return seen;
    };
    if (id === `${lib}/handle-parts.ts`) return 'handle';
    const importers = getModuleInfo(id)?.importers ?? [];
    if (importers.length === 0) return null;
    if (isReached('index')) return 'library';
    if (isReached('handle-parts')) return isReached('cli/lvsadm') ? 'both' : 'handle';
    if (isReached('cli/lvsadm')) return 'command';
    return CHANGING.some(isReached) ? 'changing' : null;
  };
}

/** V8 reads text of one byte a character in a fifth of the time. @param {string} character */
function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** @returns {import('rollup').Plugin} */
function stripTypes() {
  const { ModuleKind, ScriptTarget } = typescript;
  const compilerOptions = {
    target: ScriptTarget.ES2022,
    module: ModuleKind.ESNext,
    sourceMap: true,
    removeComments: true,
  };
  return {
    name: 'strip-types',
    transform(source, fileName) {
      const { outputText, sourceMapText } = typescript.transpileModule(source, { fileName, compilerOptions });
      return { code: outputText.replaceAll(/[^\0-\x7f]/g, escaped), map: sourceMapText ?? null };
    },
  };
}

/**
 * A module that is loaded when it is first needed is a file of its own, wherever the one that needs it lands; and
 * `__dirname` still is where the module would lie.
 *
 * @returns {import('rollup').Plugin}
 */
function placeFiles() {
  return {
    name: 'place-files',
    transform(code, from) {
      const load = (/** @type {string} */ _, /** @type {string} */ name) => {
        const id = resolve(dirname(from), `${name}.ts`);
        const reference = this.emitFile({
          type: 'chunk',
          id,
          // Else a file of its own would pass on what it has in common with others.
          preserveSignature: 'allow-extension',
          name: relative(lib, id).slice(0, -'.ts'.length),
        });
        return `require(import.meta.ROLLUP_FILE_URL_${reference})`;
      };
      return {
        code: code
          .replaceAll(/\brequire\('(\.[\w./-]+)'\)/g, load)
          .replaceAll('__dirname', 'import.meta.folder'),
        map: null,
      };
    },
    resolveFileUrl: ({ relativePath }) => `'${relativePath.startsWith('.') ? '' : './'}${relativePath}'`,
    resolveImportMeta(property, { chunkId, moduleId }) {
      if (property !== 'folder') return null;
      const folder = relative(dirname(join(lib, chunkId)), dirname(moduleId));
      return folder === '' ? '__dirname' : `\`\${__dirname}/${folder}\``;
    },
  };
}

/** `import` and `require` give the same classes. @param {string} entry @param {string[]} names */
function writeDoor(entry, names) {
  const file = `./${entry.split('/').at(-1)}.js`;
  writeFileSync(`${dist}/${entry}.mjs`, `export { ${names.sort().join(', ')} } from '${file}';\n`);
  writeFileSync(`${dist}/${entry}.d.mts`, `export * from '${file}';\n`);
}

/** @param {string} entry */
async function declare(entry) {
  const build = await rollup({
    input: `${lib}/${entry}.ts`,
    // The library's own types stand in its own file, as other entries' do.
    external: (name) => name.startsWith('node:') || (entry !== 'index' && OTHERS.test(name)),
    plugins: [dts({ tsconfig: path('tsconfig.build.json') })],
  });
  await build.write({ file: `${dist}/${entry}.d.ts`, format: 'es' });
  await build.close();
}
